import type { Store } from '../store/store.ts';
import type { RunRecord, RunStage } from '../records.ts';
import type { Pipeline } from '../types.ts';

/** How many runs back a stage is looked for; what lies further back is found by key, as a restore. */
const maximumRuns = 10;

const succeeded: ReadonlySet<RunStage['outcome']> = new Set(['ran', 'restored', 'fresh']);

/**
 * What the last runs of a pipeline say of its stages. A run of just some stages says nothing of the others, and a
 * failed stage left its earlier outputs in place, so each stage has its own last run.
 */
export class History {
  readonly #records: Iterator<RunRecord>;
  readonly #found = new Map<string, { run: RunRecord; stage: RunStage }>();
  #read = 0;

  constructor(pipeline: Pipeline, store: Store) {
    this.#records = store.runsOf(pipeline);
  }

  /** The stage's part in the last run in which it succeeded, was restored or was fresh. */
  last(id: string): { run: RunRecord; stage: RunStage } | undefined {
    while (!this.#found.has(id) && this.#read < maximumRuns) {
      const { value: run, done } = this.#records.next();
      if (done === true) break;
      this.#read++;
      for (const stage of run.stages) {
        if (succeeded.has(stage.outcome) && !this.#found.has(stage.id)) this.#found.set(stage.id, { run, stage });
      }
    }
    return this.#found.get(id);
  }
}
