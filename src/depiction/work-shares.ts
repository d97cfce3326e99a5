import type { ReportedStage } from '../report/reporter.ts';
import type { ScoredSystem } from './scored-systems.ts';

/** What finding and training a system took, as the paper's table 1 has it, in processor seconds. */
export interface WorkShares {
  /** All stages that its network came of. */
  search: number;
  /** Of the search, what other systems of the report came of too. */
  shared: number;
  /** The stage that made the model: training from scratch, or fine-tuning. */
  training: number;
}

/** Stages that make text ready, which every system needs. */
const preparing = ['fetch', 'preprocess'];

/** A system's work; undefined where it is not known of a stage. */
export function workShares(systems: readonly ScoredSystem[]): (WorkShares | undefined)[] {
  const searches = systems.map(searchStages);
  return systems.map(({ stage }, i) => {
    const maker = stage.inputs.model?.stage;
    const others = new Set(searches.flatMap((stages, j) => (j === i ? [] : [...stages])));
    const search = sumOf([...searches[i]]);
    const shared = sumOf([...searches[i]].filter((made) => others.has(made)));
    const training = maker === undefined ? undefined : sumOf([maker]);
    return search === undefined || shared === undefined || training === undefined
      ? undefined
      : { search, shared, training };
  });
}

/** Of all systems together: what they share is counted once. */
export function workOfAll(systems: readonly ScoredSystem[]): Omit<WorkShares, 'shared'> | undefined {
  const search = sumOf([...new Set(systems.flatMap((system) => [...searchStages(system)]))]);
  const makers = systems.flatMap(({ stage }) => stage.inputs.model?.stage ?? []);
  const training = sumOf([...new Set(makers)]);
  return search === undefined || training === undefined ? undefined : { search, training };
}

function searchStages({ stage }: ScoredSystem): Set<ReportedStage> {
  const found = new Set<ReportedStage>();
  const visit = (from: ReportedStage): void => {
    for (const { stage: before } of Object.values(from.inputs)) {
      if (preparing.includes(before.type) || found.has(before)) continue;
      found.add(before);
      visit(before);
    }
  };
  const maker = stage.inputs.model?.stage;
  if (maker !== undefined) visit(maker);
  return found;
}

function sumOf(stages: readonly ReportedStage[]): number | undefined {
  const seconds = stages.map(({ processorSeconds }) => processorSeconds);
  return seconds.includes(undefined) ? undefined : seconds.reduce<number>((sum, of) => sum + of!, 0);
}
