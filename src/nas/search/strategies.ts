import { evolution, type EvolutionOptions } from './evolution.ts';
import { hatEvolution } from './hat-evolution.ts';
import type { Strategy } from './problem.ts';
import { randomSearch } from './random-search.ts';

/** Ways to search that can be chosen by name, all by the same parameters: a line each. */
export const strategies = {
  /** Algorithm 1 of the paper. */
  evolution,
  /** HAT's evolution. */
  hat: hatEvolution,
  random: randomSearch,
} as const satisfies Record<string, (options: EvolutionOptions) => Strategy>;

export type StrategyName = keyof typeof strategies;

export const strategyNames = Object.keys(strategies) as StrategyName[];
