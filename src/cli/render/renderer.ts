import type { RunEvent } from '../../runner/events.ts';

/** Draws a run while it happens. */
export interface Renderer {
  handle(event: RunEvent): void;
  /** Tells the user something that is no event of the run, at once. */
  notify(text: string): void;
  /** Waits until everything is drawn and gives the terminal back. */
  finish(): Promise<void>;
}

export type RendererName = 'json' | 'live' | 'plain';

/** Lines that a live list needs for itself: a task may take two, its title and its progress. */
const linesPerTask = 2;
/** Below it nothing readable is left of a line; terminals that do not know their size say 0. */
const fewestColumns = 30;

/**
 * Which renderer suits. A list that redraws itself needs a terminal that can, a reader in front of it, and room: what
 * scrolled away cannot be redrawn.
 */
export function chooseRenderer(given: {
  json: boolean;
  /** Whether standard error is a terminal. */
  terminal: boolean;
  rows: number | undefined;
  columns: number | undefined;
  /** Stages to run or restore. */
  tasks: number;
  environment: Readonly<Record<string, string | undefined>>;
}): RendererName {
  const { json, terminal, rows = 24, columns = 80, tasks, environment } = given;
  if (json) return 'json';
  const still = Boolean(environment.NO_COLOR) || environment.TERM === 'dumb' || isOn(environment.CI);
  const fits = columns >= fewestColumns && tasks * linesPerTask < rows;
  return terminal && !still && tasks > 0 && fits ? 'live' : 'plain';
}

function isOn(text: string | undefined): boolean {
  return Boolean(text) && text !== '0' && text !== 'false';
}

/**
 * A renderer that is made when the first `run-started` says how much there is to draw; events wait meanwhile.
 * @param notify for what is to be told before
 */
export function deferRenderer(
  make: (started: Extract<RunEvent, { type: 'run-started' }>) => Promise<Renderer>,
  notify: (text: string) => void,
): Renderer {
  const waiting: RunEvent[] = [];
  let renderer: Renderer | undefined;
  let making: Promise<void> | undefined;
  return {
    handle(event) {
      if (renderer !== undefined) return renderer.handle(event);
      waiting.push(event);
      if (event.type !== 'run-started' || making !== undefined) return;
      making = make(event).then((made) => {
        renderer = made;
        waiting.splice(0).forEach((earlier) => made.handle(earlier));
      });
    },
    notify: (text) => (renderer === undefined ? notify(text) : renderer.notify(text)),
    async finish() {
      await making;
      await renderer?.finish();
    },
  };
}
