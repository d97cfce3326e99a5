import type { Store } from '../store/store.ts';
import type { GitState, Host, RunRecord, RunStage } from '../records.ts';
import type { Pipeline, StageInstance } from '../types.ts';
import { describeHost, describeVersions } from './machine/describe.ts';
import { PatientWrites } from './patient-writes.ts';

/** A run of many quick stages does not write its record after each. */
const pauseMilliseconds = 1000;

/** Keeps the record of a run that goes on. */
export class RunLog {
  readonly host: Host = describeHost();
  readonly versions = describeVersions();
  /** All that the run writes to `runs/` while it goes on. */
  readonly writes = new PatientWrites();
  readonly #store: Store;
  readonly #head: Pick<
    RunRecord,
    'id' | 'pipeline' | 'file' | 'seed' | 'params' | 'overrides' | 'started' | 'git' | 'partial'
  >;
  readonly #stages: StageInstance[];
  readonly #settled = new Map<string, RunStage>();
  /** What is recorded of stages at work, should the runner be killed. */
  readonly #begun = new Map<string, RunStage>();
  /** `performance.now()` when the record was last written. */
  #written = -Infinity;
  #later: NodeJS.Timeout | undefined;
  /** Whether the record on disk is behind. */
  #isStale = true;

  constructor(store: Store, pipeline: Pipeline, run: { id: string; stages: StageInstance[]; git: GitState | null }) {
    this.#store = store;
    this.#stages = run.stages;
    this.#head = {
      id: run.id,
      pipeline: pipeline.name,
      file: store.relativeFile(pipeline.file),
      seed: pipeline.seed,
      params: pipeline.params,
      overrides: pipeline.overrides,
      started: new Date().toISOString(),
      git: run.git,
      ...(run.stages.length < pipeline.stages.length ? { partial: true as const } : {}),
    };
  }

  begin(stage: Omit<RunStage, 'outcome' | 'outputs' | 'seconds'>): void {
    this.#begun.set(stage.id, { ...stage, outcome: 'interrupted', outputs: {}, seconds: 0 });
    this.#isStale = true;
  }

  settle(stage: RunStage): void {
    this.#settled.set(stage.id, stage);
    this.#isStale = true;
  }

  outcomeOf(id: string): RunStage['outcome'] | undefined {
    return this.#settled.get(id)?.outcome;
  }

  /**
   * Writes how far the run has come, within a second. Should the runner be killed, that is what remains: an interrupted
   * run.
   */
  checkpoint(): void {
    const wait = this.#written + pauseMilliseconds - performance.now();
    if (wait > 0) {
      this.#later ??= setTimeout(() => this.checkpoint(), wait);
      return;
    }
    clearTimeout(this.#later);
    this.#later = undefined;
    this.#written = performance.now();
    if (!this.writes.retry() || !this.#isStale) return;
    this.#isStale = false;
    const record = this.record('interrupted');
    this.writes.do(() => this.#store.writeRun(record));
  }

  record(status: RunRecord['status']): RunRecord {
    return {
      ...this.#head,
      finished: new Date().toISOString(),
      status,
      versions: this.versions,
      host: this.host,
      stages: this.#stages.map((instance) => this.#recorded(instance)),
    };
  }

  #recorded(instance: StageInstance): RunStage {
    return this.#settled.get(instance.id) ?? this.#begun.get(instance.id) ?? notReached(instance);
  }

  /**
   * The record of the finished run, and whether it is worth keeping: not when nothing was to be done.
   * @throws Diagnostic when it cannot be written
   */
  finish(): { record: RunRecord; recorded: boolean } {
    clearTimeout(this.#later);
    const outcomes = this.#stages.map(({ id }) => this.outcomeOf(id) ?? 'not reached');
    const isIncomplete = outcomes.includes('not reached') || outcomes.includes('busy');
    const isInterrupted = outcomes.includes('interrupted') || (isIncomplete && !outcomes.includes('failed'));
    const record = this.record(isInterrupted ? 'interrupted' : outcomes.includes('failed') ? 'failed' : 'succeeded');
    const recorded = outcomes.some((outcome) => outcome !== 'fresh');
    if (recorded) this.writes.do(() => this.#store.writeRun(record));
    this.writes.finish(this.#store.layout.store);
    return { record, recorded };
  }
}

/** What is recorded of a stage that nothing was done for. */
export function notReached({ id, stage, type }: Pick<StageInstance, 'id' | 'stage' | 'type'>): RunStage {
  return { id, stage, type, outcome: 'not reached', outputs: {}, codeFiles: {}, seconds: 0 };
}
