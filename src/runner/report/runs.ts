import { quoteWord } from './quoting.ts';
import type { ReportedArtifact, ReportedRun, ReportedStage } from '../../report/reporter.ts';
import type { OutputRecord, RunRecord, RunStage } from '../records.ts';
import { processorSeconds } from './spent.ts';
import type { Store } from '../store/store.ts';
import type { Digest, Key } from '../types.ts';

/** An artifact that a report cannot show, since it is missing or damaged. */
export interface UnreadableArtifact {
  stage: string;
  output: string;
  digest: Digest;
}

const longestLabel = 60;

/** Runs as reporters see them, and which of their artifacts turned out to be missing or damaged. */
export class ReportedRuns {
  readonly runs: readonly ReportedRun[];
  readonly unreadable: UnreadableArtifact[] = [];
  readonly #store: Store;
  readonly #intact = new Map<Digest, boolean>();
  /** Processor seconds by key, of all records: read when first asked for. */
  #spent: ReadonlyMap<Key, number> | undefined;
  readonly #checked: Set<Digest>;
  readonly #makers = new Map<Digest, ReportedArtifact>();

  /**
   * @param checked artifacts that were found to be whole, to which others are added
   */
  constructor(records: readonly RunRecord[], store: Store, checked = new Set<Digest>()) {
    this.#store = store;
    this.#checked = checked;
    const labels = labelsOf(records);
    const shared = stagesOfAll(records);
    this.runs = records.map((record, i) => this.#run(record, labels[i], shared));
  }

  #run(record: RunRecord, label: string, shared: ReadonlySet<string>): ReportedRun {
    const stages: ReportedStage[] = [];
    const { id, pipeline, seed } = record;
    const run: ReportedRun = { id, label, pipeline, seed, stages };
    // In the order of the pipeline, so that what a stage reads is known before it.
    for (const stage of record.stages) stages.push(this.#stage(stage, run, record, shared));
    return run;
  }

  #stage(stage: RunStage, run: ReportedRun, record: RunRecord, shared: ReadonlySet<string>): ReportedStage {
    const { id, type, outcome, fields, key } = stage;
    const executed = outcome === 'ran' || outcome === 'failed';
    const seconds = executed || key === undefined ? stage.seconds : this.#store.keyRecord(key)?.provenance.seconds;
    const processorSeconds = () => this.#processorSeconds(key);
    const outputs: Record<string, ReportedArtifact> = {};
    const reported: ReportedStage = {
      run,
      id,
      stage: stage.stage,
      label: shared.has(resultOf(stage)) ? id : `${run.label} · ${id}`,
      type,
      variant: variantOf(id),
      params: fields?.params ?? {},
      ...(seconds === undefined ? {} : { seconds }),
      get processorSeconds() {
        return processorSeconds();
      },
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

  #processorSeconds(key: Key | undefined): number | undefined {
    if (key === undefined) return undefined;
    this.#spent ??= processorSeconds(this.#store.runs());
    return this.#spent.get(key) ?? this.#store.keyRecord(key)?.provenance.cpuSeconds;
  }

  #artifact({ artifact, digest }: OutputRecord, output: string, stage: ReportedStage): ReportedArtifact {
    return {
      type: artifact,
      digest,
      stage,
      folder: () => {
        if (!this.#intact.has(digest)) {
          const isIntact = this.#checked.has(digest) || this.#store.verifyArtifact(digest);
          this.#intact.set(digest, isIntact);
          if (isIntact) this.#checked.add(digest);
          else this.unreadable.push({ stage: stage.label, output, digest });
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

/** Results that all runs have, by stage: whose they are needs not be said. Of a single run, all. */
function stagesOfAll(records: readonly RunRecord[]): Set<string> {
  const results = records.map(({ stages }) => new Set(stages.map(resultOf)));
  return new Set([...results[0]].filter((result) => results.every((others) => others.has(result))));
}

function resultOf({ id, outputs }: RunStage): string {
  return JSON.stringify([id, Object.entries(outputs).map(([output, { digest }]) => [output, digest])]);
}

/** The pipeline of a run, with what was set where that tells runs apart, else with the end of its identifier, else that. */
function labelsOf(records: readonly RunRecord[]): string[] {
  const namings: ((record: RunRecord) => string)[] = [
    ({ pipeline }) => pipeline,
    ({ pipeline, overrides }) => [pipeline, ...overrides].join(' '),
    ({ pipeline, id }) => `${pipeline} ${id.slice(id.lastIndexOf('-') + 1)}`,
  ];
  const telling = namings.find((naming) => {
    const names = records.map(naming);
    return new Set(names).size === names.length && names.every(({ length }) => length <= longestLabel);
  });
  return records.map(telling ?? (({ id }) => id));
}
