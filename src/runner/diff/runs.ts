import { differencesBetween, jsonDifferences } from '../key/difference.ts';
import type { Comparison } from '../stage.ts';
import type { Difference, RunRecord, RunStage } from '../records.ts';
import type { Digest } from '../types.ts';
import { diffOutputs } from './outputs.ts';
import type { ArtifactFolders } from './outputs.ts';
import type { RunDiff, StageDiff } from './types.ts';

/**
 * What differs between two runs in content: what was asked for, what the results were made of, and the
 * results. Times, hosts, and whether a result was made or restored are no content. What one of the runs was
 * not asked for is not compared.
 * @param comparisons by artifact type; see `loadComparisons`
 */
export function diffRuns(
  before: RunRecord,
  after: RunRecord,
  store: ArtifactFolders,
  comparisons: Record<string, Comparison> = {},
): RunDiff {
  const old = new Map(before.stages.map((stage) => [stage.id, stage]));
  const youngIds = new Set(after.stages.map((stage) => stage.id));
  const context: Context = {
    before,
    after,
    producers: { before: producersOf(before), after: producersOf(after) },
    store,
    comparisons,
  };
  return {
    before: nameOf(before),
    after: nameOf(after),
    pipeline: [
      ...jsonDifferences(before.seed, after.seed, 'seed'),
      ...jsonDifferences(before.params, after.params, 'params'),
      ...jsonDifferences(before.overrides, after.overrides, 'overrides'),
    ],
    stages: [
      ...after.stages.flatMap((stage): StageDiff[] => {
        const earlier = old.get(stage.id);
        if (earlier !== undefined) return diffStages(earlier, stage, context);
        return before.partial ? [] : [{ id: stage.id, change: 'added', type: stage.type }];
      }),
      ...before.stages
        .filter(({ id }) => !youngIds.has(id) && !after.partial)
        .map(({ id, type }): StageDiff => ({ id, change: 'removed', type })),
    ],
  };
}

/** Whether the two runs are the same in content. */
export function isSame(diff: RunDiff): boolean {
  return diff.pipeline.length === 0 && diff.stages.length === 0;
}

type ChangedStage = Extract<StageDiff, { change: 'changed' }>;

const inputPrefix = 'inputs.';

interface Context {
  before: RunRecord;
  after: RunRecord;
  producers: Record<'before' | 'after', Map<Digest, Set<string>>>;
  store: ArtifactFolders;
  comparisons: Record<string, Comparison>;
}

function diffStages(before: RunStage, after: RunStage, context: Context): StageDiff[] {
  const { causes, inheritedInputs } = diffFields(before, after, context);
  const [reachedBefore, reachedAfter] = [reached(before), reached(after)];
  const outcome =
    reachedBefore === reachedAfter ? undefined : { field: 'outcome', before: reachedBefore, after: reachedAfter };
  // A stage that did not come as far lacks its outputs for that reason, which is said once.
  const outputs =
    outcome === undefined ? diffOutputs(before.outputs, after.outputs, context.store, context.comparisons) : [];
  if (causes.length === 0 && inheritedInputs.length === 0 && outcome === undefined && outputs.length === 0) return [];
  return [
    {
      id: after.id,
      change: 'changed',
      causes,
      inheritedInputs,
      ...(outcome === undefined ? {} : { outcome }),
      outputs,
    },
  ];
}

/**
 * What a stage's results were made of: an input that differs because the same stage upstream
 * made something else is no cause.
 */
function diffFields(
  before: RunStage,
  after: RunStage,
  context: Context,
): Pick<ChangedStage, 'causes' | 'inheritedInputs'> {
  const causes: Difference[] = [];
  const inheritedInputs: ChangedStage['inheritedInputs'] = [];
  const [old, young] = [before, after].map(({ fields, codeFiles }) =>
    fields === undefined ? undefined : { fields, codeFiles },
  );
  // A stage that was never planned to the end has no fields to compare.
  for (const difference of old === undefined || young === undefined ? [] : differencesBetween(old, young)) {
    const from = difference.field.startsWith(inputPrefix) ? commonProducer(difference, context) : undefined;
    if (from !== undefined) inheritedInputs.push({ slot: difference.field.slice(inputPrefix.length), from });
    else if (!followsFromSeed(difference, context)) causes.push(difference);
  }
  return { causes, inheritedInputs };
}

/** The stage that made both the earlier and the later input. */
function commonProducer({ before, after }: Difference, { producers }: Context): string | undefined {
  const makers = producers.before.get(before as Digest);
  return [...(producers.after.get(after as Digest) ?? [])].find((stage) => makers?.has(stage));
}

/** A stage's seed is the run's: said once, for the run. */
function followsFromSeed({ field, before, after }: Difference, runs: Context): boolean {
  return field === 'seed.value' && before === runs.before.seed && after === runs.after.seed;
}

function producersOf(run: RunRecord): Map<Digest, Set<string>> {
  const producers = new Map<Digest, Set<string>>();
  for (const stage of run.stages) {
    for (const { digest } of Object.values(stage.outputs))
      producers.set(digest, (producers.get(digest) ?? new Set()).add(stage.id));
  }
  return producers;
}

function reached({ outcome }: RunStage): 'done' | Exclude<RunStage['outcome'], 'ran' | 'restored' | 'fresh'> {
  return outcome === 'ran' || outcome === 'restored' || outcome === 'fresh' ? 'done' : outcome;
}

function nameOf({ id, pipeline, started }: RunRecord): RunDiff['before'] {
  return { id, pipeline, started };
}
