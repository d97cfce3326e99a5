import { Diagnostic } from '../diagnostic.ts';
import type { KnownOutputs } from '../key/inputs.ts';
import type { Store } from '../store/store.ts';
import type { PlannedStage } from '../records.ts';
import type { Key, Pipeline } from '../types.ts';
import type { PlanOptions } from './planner.ts';
import { describeDamaged } from '../store/record-files.ts';
import { KnownTimes } from './estimate.ts';
import { formatWarning } from './formats.ts';
import { Planner } from './planner.ts';

/** What a run would do, in dependency order. */
export interface Plan {
  stages: PlannedStage[];
  /** Outputs of fresh and restorable stages, and of unselected ones that those selected read. */
  outputs: KnownOutputs;
}

/**
 * What `runPipeline` would do with the same arguments, and why. Executes nothing and loads no tensor engine.
 * @throws Diagnostic for anything that keeps a run from starting
 */
export async function makePlan(pipeline: Pipeline, store: Store, options: PlanOptions = {}): Promise<Plan> {
  const planner = await Planner.open(pipeline, store, options);
  const { stages, outputs } = planWith(planner);
  store.saveStatCache();
  const times = new KnownTimes(() => store.keyRecords());
  return { stages: stages.map((planned) => withEstimate(planned, planner, times)), outputs };
}

/** A stage that never was executed takes about as long as the nearest one that was. */
function withEstimate(planned: PlannedStage, planner: Planner, times: KnownTimes): PlannedStage {
  const { instance, verdict, estimate } = planned;
  if (estimate !== undefined || verdict.kind === 'fresh' || verdict.kind === 'restore') return planned;
  return { ...planned, ...times.nearest(instance.type, planner.paramsOf(instance).keyed) };
}

/** @throws Diagnostic as `makePlan` does */
export function planWith(planner: Planner): Plan {
  const { considered, selected } = planner.selection;
  const outputs: KnownOutputs = new Map();
  const making = new Map<Key, string>();
  const planned = new Map<string, PlannedStage>();
  for (const instance of considered) {
    const verdict = planner.decide(instance, outputs, making);
    if (verdict.kind === 'fresh' || verdict.kind === 'restore') outputs.set(instance.id, verdict.record.outputs);
    else if (verdict.kind === 'run' && !making.has(verdict.key)) making.set(verdict.key, instance.id);
    const executes = verdict.kind === 'run' || verdict.kind === 'pending';
    planned.set(instance.id, { instance, verdict, ...(executes ? { estimate: planner.estimate(instance) } : {}) });
  }
  refuseUnmadeInputs(planner, planned);
  const stages = selected.map(({ id }) => planned.get(id)!);
  const warning = formatWarning(planner.foreignRecords, stages);
  if (warning !== undefined) planner.onWarning(warning);
  describeDamaged(planner.damagedRecords).forEach((line) => planner.onWarning(line));
  return { stages, outputs };
}

/** A stage that is run alone reads what earlier runs made. */
function refuseUnmadeInputs(planner: Planner, planned: ReadonlyMap<string, PlannedStage>): void {
  const selected = new Set(planner.selection.selected.map(({ id }) => id));
  const isUnmade = (id: string) => ['run', 'pending'].includes(planned.get(id)!.verdict.kind);
  for (const { id, inputs, location } of planner.selection.selected) {
    const unmade = [...new Set(Object.values(inputs).map(({ stage }) => stage))].filter(
      (stage) => !selected.has(stage) && isUnmade(stage),
    );
    if (unmade.length === 0) continue;
    const names = unmade.map((stage) => `'${stage}'`).join(', ');
    throw new Diagnostic(`--only: stage '${id}' needs the outputs of ${names}, which are not up to date`, {
      location,
      hint: `Run what it needs as well: name '${id}' without --only.`,
    });
  }
}
