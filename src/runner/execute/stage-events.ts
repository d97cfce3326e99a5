import { appendWhole } from '../../disk/files.ts';
import type { RunEvent } from '../events.ts';
import type { EngineUse, ProgressUpdate } from '../stage.ts';
import type { JobEvent } from './job.ts';
import type { PatientWrites } from './patient-writes.ts';
import { RateMeter } from './rate.ts';

/** Seconds between two lines of metrics that tell of progress. */
const pauseSeconds = 10;

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
  readonly #started = performance.now() / 1000;
  /** When progress was last written, by part, in seconds; and what came since. */
  readonly #written = new Map<string | undefined, number>();
  readonly #waiting = new Map<string | undefined, string>();
  #hasMetrics = false;

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
      case 'progress': {
        const now = performance.now() / 1000;
        const { rate, left } = this.#meter(part).observe(event.update, now);
        const { update } = event;
        this.#onEvent({ type: 'stage-progress', stage, ...(part === undefined ? {} : { part }), update, rate, left });
        this.#noteProgress(update, rate, now, part);
        break;
      }
      case 'metric':
        this.#hasMetrics = true;
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

  /** A stage that tells no metrics of its own has its progress there, from time to time and as it was at the end. */
  #noteProgress({ figures, ...update }: ProgressUpdate, rate: number, now: number, part: string | undefined): void {
    if (this.#hasMetrics) return;
    const seconds = now - this.#started;
    this.#waiting.set(part, JSON.stringify({ part, seconds, ...update, rate, ...figures }));
    if (now - (this.#written.get(part) ?? this.#started) < pauseSeconds) return;
    this.#written.set(part, now);
    this.#writeProgress(part);
  }

  #writeProgress(part: string | undefined): void {
    this.#append(this.#files.metrics, this.#waiting.get(part)!);
    this.#waiting.delete(part);
  }

  /** To be called when nothing more comes. */
  end(): void {
    if (!this.#hasMetrics) for (const part of [...this.#waiting.keys()]) this.#writeProgress(part);
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
