import type { RunEvent } from '../../runner/events.ts';
import { drawReasons } from './reasons.ts';
import { drawProgress } from './progress.ts';
import type { ProgressEvent } from './progress.ts';
import type { Renderer } from './renderer.ts';
import { formatSeconds } from './units.ts';

/** Seconds between two lines of progress of one stage, at least. */
const shortest = 1;
/** Seconds after which a line is due although no tenth of the way was made. */
const usual = 10;
/** The same as a share of the time that the stage has run, so that a log of days stays readable. */
const share = 0.01;

/** Lines that only ever grow, for logs and for terminals without animation. `now` in seconds. */
export function plainRenderer(write: (line: string) => void, now: () => number): Renderer {
  const due = progressThrottle(now);
  const line = (stage: string, text: string) => write(`${stage}: ${text}\n`);
  const handle = (event: RunEvent): void => {
    switch (event.type) {
      case 'run-started':
      case 'run-finished':
        return;
      case 'stage-started': {
        const reasons = drawReasons(event.reasons);
        return line(event.stage, `${event.resuming ? 'resuming' : 'started'}${reasons === '' ? '' : ` (${reasons})`}`);
      }
      case 'stage-waiting':
        return line(event.stage, `waiting for ${event.holder}`);
      case 'stage-progress':
        return due(event) ? line(event.stage, drawProgress(event)) : undefined;
      case 'stage-log':
        return line(event.stage, event.level === 'warning' ? `warning: ${event.message}` : event.message);
      case 'stage-finished':
        return event.outcome === 'fresh'
          ? undefined
          : line(event.stage, event.outcome === 'ran' ? `done in ${formatSeconds(event.seconds)}` : 'restored');
      case 'stage-failed':
        return line(event.stage, `failed: ${event.message}`);
      case 'stage-interrupted':
        return line(event.stage, 'interrupted');
      case 'stage-skipped':
        return line(event.stage, `not reached: ${event.because}`);
    }
  };
  return { handle, notify: (text) => write(`${text}\n`), finish: () => Promise.resolve() };
}

/** Whether a progress event deserves a line: each tenth of the way, and in between every ten seconds or so. */
function progressThrottle(now: () => number): (event: ProgressEvent) => boolean {
  const stages = new Map<string, { first: number; last: number; tenth: number }>();
  return ({ stage, part = '', update: { done, total = 0 } }) => {
    const source = `${stage} ${part}`;
    const time = now();
    const tenth = total > 0 ? Math.floor((10 * done) / total) : 0;
    const state = stages.get(source);
    if (state === undefined) {
      stages.set(source, { first: time, last: time, tenth });
      return false;
    }
    const since = time - state.last;
    const isDue = since >= Math.max(usual, share * (time - state.first)) || (tenth > state.tenth && since >= shortest);
    if (isDue) Object.assign(state, { last: time, tenth });
    return isDue;
  };
}
