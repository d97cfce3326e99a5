import type { Store } from '../store/store.ts';
import type { Difference, KeyRecord, Verdict } from '../records.ts';
import type { Key, Pipeline, StageInstance } from '../types.ts';
import type { DescribedFields } from '../key/difference.ts';
import { describedRecord, differencesBetween } from '../key/difference.ts';
import { keyOf } from '../key/key.ts';
import { resolveNames } from './names.ts';
import { planWith } from './plan.ts';
import type { PlanOptions } from './planner.ts';
import { Planner } from './planner.ts';

/** Why a stage is, or is not, to be executed. */
export interface Explanation {
  instance: StageInstance;
  verdict: Verdict;
  /** Against the stage's last run in this pipeline; absent when there is none. */
  lastRun?: { run: string; differences: Difference[] };
  /**
   * Against the known key of the same stage type with the fewest differences, whichever run made
   * it; absent when there is none.
   */
  nearest?: { key: Key; run: string; stage: string; differences: Difference[] };
}

/**
 * Explains the verdict on each stage instance that a name means; in a difference with an input, `after` is undefined
 * when that input is still to be made.
 * @throws Diagnostic as `makePlan` does
 */
export async function explain(
  pipeline: Pipeline,
  store: Store,
  name: string,
  options: PlanOptions = {},
): Promise<Explanation[]> {
  const named = resolveNames(pipeline, [name]);
  const records = [...store.keyRecords()];
  const planner = await Planner.open(pipeline, store, { ...options, stages: [name] });
  const plan = planWith(planner);
  const explanations = plan.stages
    .filter(({ instance }) => named.has(instance.id))
    .map(({ instance, verdict }): Explanation => {
      const fields = planner.fieldsOf(instance, plan.outputs);
      const now: DescribedFields = { fields, codeFiles: planner.codeOf(instance).files };
      const last = planner.lastOf(instance);
      const then =
        last?.stage.fields === undefined ? undefined : { fields: last.stage.fields, codeFiles: last.stage.codeFiles };
      return {
        instance,
        verdict,
        ...(then === undefined ? {} : { lastRun: { run: last!.run.id, differences: differencesBetween(then, now) } }),
        nearest: nearestRecord(now, records),
      };
    });
  store.saveStatCache();
  return explanations;
}

function nearestRecord(now: DescribedFields, records: readonly KeyRecord[]): Explanation['nearest'] {
  const own = keyOf(now.fields);
  let best: { record: KeyRecord; differences: Difference[] } | undefined;
  for (const record of records) {
    if (record.fields.type !== now.fields.type || record.key === own) continue;
    const differences = differencesBetween(describedRecord(record), now);
    const isNearer =
      best === undefined
      || differences.length < best.differences.length
      || (differences.length === best.differences.length
        && record.provenance.finished > best.record.provenance.finished);
    if (isNearer) best = { record, differences };
  }
  if (best === undefined) return undefined;
  const { record, differences } = best;
  return { key: record.key, run: record.provenance.run, stage: record.provenance.stage, differences };
}
