import type { Scored } from './search/candidates.ts';
import { evolution, type EvolutionOptions, generationSizes } from './search/evolution.ts';
import { bestSeeds, type Strategy } from './search/problem.ts';

/**
 * Dynamic Space Shrinking (paper, section 4): between two stages of training, candidates are ranked with the weights
 * that they share, and only promising ones are trained on.
 */
export interface ShrinkingArm {
  /** How candidates are found and ranked. */
  strategy(options: EvolutionOptions): Strategy;
  /** What the next stage of training draws from, of a ranking, best first. */
  keep(ranking: readonly Scored[], options: EvolutionOptions): readonly Scored[];
}

/** The arms of figure 3; `naive` shrinks nothing, so that nothing needs to be ranked. */
export const shrinkingArms = {
  naive: undefined,
  /** The best n of those that training sampled. */
  top: { strategy: ({ population }) => bestSeeds(population), keep: best('population') },
  /** The evolved population. */
  evolution: { strategy: evolution, keep: best('population') },
  /** Of that, only as many of the best as are parents. */
  reduction: { strategy: evolution, keep: best('parents') },
} as const satisfies Record<string, ShrinkingArm | undefined>;

export type ShrinkingArmName = keyof typeof shrinkingArms;

export const shrinkingArmNames = Object.keys(shrinkingArms) as ShrinkingArmName[];

/** The arm of that name; undefined for the one that keeps the whole space. */
export function shrinkingArm(name: ShrinkingArmName): ShrinkingArm | undefined {
  return shrinkingArms[name];
}

function best(count: 'population' | 'parents'): ShrinkingArm['keep'] {
  return (ranking, options) =>
    ranking.slice(0, count === 'population' ? options.population : generationSizes(options).parents);
}
