import type { Architecture } from '../model/architecture.ts';
import { isHard, keeps } from '../nas/costs/bounds.ts';
import type { CostMeter } from '../nas/costs/meter.ts';
import { costNames, costOf } from '../nas/costs/table.ts';
import type { Problem } from '../nas/search/problem.ts';
import { architectureOf } from '../nas/space.ts';

/**
 * Says that no candidate keeps the bounds, and for each how close they come; what fails one is
 * not measured for those after it.
 */
export function explainLimits({ space, seeds }: Pick<Problem, 'space' | 'seeds'>, costs: CostMeter): string {
  const said: string[] = [];
  let left: readonly Architecture[] = seeds.map((genes) => architectureOf(space, genes));
  for (const name of costNames) {
    const bound = costs.bounds[name];
    if (!isHard(bound)) continue;
    const { limit, floor } = bound;
    const figures = left.map((architecture) => costs.figure(name, architecture));
    const { unit } = costOf(name);
    if (limit !== undefined) said.push(`at most ${limit} ${unit}${closest('least', figures)}`);
    if (floor !== undefined) said.push(`at least ${floor} ${unit}${closest('most', figures)}`);
    left = left.filter((_, i) => keeps(bound, figures[i]));
  }
  const hasFloor = costNames.some((name) => costs.bounds[name]?.floor !== undefined);
  const advice = hasFloor
    ? 'Move the bounds apart, or give the space other choices.'
    : `Raise the ${said.length > 1 ? 'limits' : 'limit'}, or give the space smaller choices.`;
  return `None of ${seeds.length} candidates has ${said.join(' and ')}. ${advice}`;
}

function closest(which: 'least' | 'most', figures: readonly number[]): string {
  if (figures.length === 0) return '';
  const figure = figures.reduce((a, b) => (which === 'least' ? Math.min(a, b) : Math.max(a, b)));
  return ` (the ${which} is ${which === 'least' ? Math.ceil(100 * figure) / 100 : Math.floor(100 * figure) / 100})`;
}
