import { appendWhole } from '../../disk/files.ts';
import type { RunEvent } from '../events.ts';
import type { EngineUse } from '../stage.ts';
import type { JobEvent } from './job.ts';
import type { PatientWrites } from './patient-writes.ts';
import { RateMeter } from './rate.ts';

/** Turns what a stage and its parts tell into events of the run, lines of the stage's log and of its metrics. */
export class StageEvents {
  readonly #stage: string;
  readonly #files: { log: string; metrics: string };
  readonly #writes: PatientWrites;
  readonly #onEvent: (event: RunEvent) => void;
  /** By part; the stage's own has no name. */
  readonly #meters = new Map<string | undefined, RateMeter>();
  #engine: EngineUse | undefined;
  readonly #engines: EngineUse[] = [];

  constructor(
    stage: string,
    files: { log: string; metrics: string },
    writes: PatientWrites,
    onEvent: (event: RunEvent) => void,
  ) {
    this.#stage = stage;
    this.#files = files;
    this.#writes = writes;
    this.#onEvent = onEvent;
  }

  /** What the stage, or else a part of it, says that it computes with. */
  get engine(): EngineUse | undefined {
    return this.#engine;
  }

  /** What the stage and its parts said that they compute with. */
  get engines(): readonly EngineUse[] {
    return this.#engines;
  }

  /** @param part which part of the stage's work tells it: `train 3/8` */
  take(event: JobEvent, part?: string): void {
    const stage = this.#stage;
    switch (event.type) {
      case 'progress':
        this.#onEvent({
          type: 'stage-progress',
          stage,
          ...(part === undefined ? {} : { part }),
          update: event.update,
          ...this.#meter(part).observe(event.update, performance.now() / 1000),
        });
        break;
      case 'metric':
        // JSON leaves out a part that there is not.
        this.#append(this.#files.metrics, JSON.stringify({ part, ...event.values }));
        break;
      case 'log': {
        const message = part === undefined ? event.message : `${part}: ${event.message}`;
        this.logLine(`${event.level === 'warning' ? 'warning: ' : ''}${message}`);
        this.#onEvent({ type: 'stage-log', stage, level: event.level, message });
        break;
      }
      case 'engine':
        this.#engines.push(event.used);
        if (part === undefined || this.#engine === undefined) this.#engine = event.used;
        break;
    }
  }

  /** Of the stage's parts with one name. */
  partsDone(name: string, done: number, total: number): void {
    this.take({ type: 'progress', update: { done, total, unit: `parts (${name})` } });
  }

  logLine(line: string): void {
    this.#append(this.#files.log, line);
  }

  #append(file: string, line: string): void {
    this.#writes.do(
      () => appendWhole(file, `${line}\n`),
      (message) => this.#onEvent({ type: 'stage-log', stage: this.#stage, level: 'warning', message }),
    );
  }

  #meter(part: string | undefined): RateMeter {
    let meter = this.#meters.get(part);
    if (meter === undefined) this.#meters.set(part, (meter = new RateMeter()));
    return meter;
  }
}
