import { quoteWord } from './quoting.ts';
import type { ReportedArtifact, ReportedRun, ReportedStage } from '../../report/reporter.ts';
import type { OutputRecord, RunRecord, RunStage } from '../records.ts';
import type { Store } from '../store/store.ts';
import type { Digest } from '../types.ts';

/** An artifact that a report cannot show, since it is missing or damaged. */
export interface Unreadable {
  stage: string;
  output: string;
  digest: Digest;
}

/** Runs as reporters see them, and which of their artifacts turned out to be missing or damaged. */
export class ReportedRuns {
  readonly runs: readonly ReportedRun[];
  readonly unreadable: Unreadable[] = [];
  readonly #store: Store;
  readonly #intact = new Map<Digest, boolean>();
  readonly #makers = new Map<Digest, ReportedArtifact>();

  constructor(records: readonly RunRecord[], store: Store) {
    this.#store = store;
    const labels = labelsOf(records);
    this.runs = records.map((record, i) => this.#run(record, labels[i], records.length > 1));
  }

  #run(record: RunRecord, label: string, several: boolean): ReportedRun {
    const stages: ReportedStage[] = [];
    const { id, pipeline, seed } = record;
    const run: ReportedRun = { id, label, pipeline, seed, stages };
    // In the order of the pipeline, so that what a stage reads is known before it.
    for (const stage of record.stages) stages.push(this.#stage(stage, run, record, several));
    return run;
  }

  #stage(stage: RunStage, run: ReportedRun, record: RunRecord, several: boolean): ReportedStage {
    const { id, type, outcome, fields, key } = stage;
    const executed = outcome === 'ran' || outcome === 'failed';
    const seconds = executed || key === undefined ? stage.seconds : this.#store.keyRecord(key)?.provenance.seconds;
    const outputs: Record<string, ReportedArtifact> = {};
    const reported: ReportedStage = {
      run,
      id,
      stage: stage.stage,
      label: several ? `${run.label} · ${id}` : id,
      type,
      variant: variantOf(id),
      params: fields?.params ?? {},
      ...(seconds === undefined ? {} : { seconds }),
      command: commandFor(record, [id]),
      inputs: Object.fromEntries(
        Object.entries(fields?.inputs ?? {}).flatMap(([slot, digest]) => {
          const made = this.#makers.get(digest);
          return made === undefined ? [] : [[slot, made]];
        }),
      ),
      outputs,
    };
    for (const [output, made] of Object.entries(stage.outputs)) {
      outputs[output] = this.#artifact(made, output, reported);
      this.#makers.set(made.digest, outputs[output]);
    }
    return reported;
  }

  #artifact({ artifact, digest }: OutputRecord, output: string, stage: ReportedStage): ReportedArtifact {
    return {
      type: artifact,
      digest,
      stage,
      folder: () => {
        if (!this.#intact.has(digest)) {
          this.#intact.set(digest, this.#store.verifyArtifact(digest));
          if (!this.#intact.get(digest)) this.unreadable.push({ stage: stage.label, output, digest });
        }
        return this.#intact.get(digest) ? this.#store.artifactFolder(digest) : undefined;
      },
    };
  }
}

/** What makes the results of a run's stages again; without stages, all of them. */
export function commandFor(
  { file, overrides }: Pick<RunRecord, 'file' | 'overrides'>,
  stages: readonly string[],
): string {
  return ['npm run pipeline', ...[file, ...stages, ...overrides].map(quoteWord)].join(' ');
}

/** `train.2@arm=top,seed=1` → `{ arm: 'top', seed: '1' }` */
function variantOf(id: string): Record<string, string> {
  const [, axes = ''] = /@(.*)$/.exec(id) ?? [];
  const pairs = axes.split(',').filter((pair) => pair.includes('='));
  return Object.fromEntries(pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]));
}

/** The pipeline of a run where no other run is of it, else its identifier. */
function labelsOf(records: readonly RunRecord[]): string[] {
  return records.map(({ id, pipeline }) =>
    records.filter((other) => other.pipeline === pipeline).length === 1 ? pipeline : id,
  );
}
