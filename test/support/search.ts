import type { Scored } from '../../src/nas/search/candidates.ts';
import { evolution, type EvolutionOptions } from '../../src/nas/search/evolution.ts';
import type { OnRanking, Problem } from '../../src/nas/search/problem.ts';
import type { Genes, Space } from '../../src/nas/space.ts';
import type { RandomStream } from '../../src/tensor/random.ts';

export type Score = Problem['score'];

/** Algorithm 1 over a problem made of its parts. */
export function explore(
  space: Space,
  seeds: readonly Genes[],
  options: EvolutionOptions,
  score: Score,
  random: RandomStream,
  { accepts = () => true, onRanking }: { accepts?: Problem['accepts']; onRanking?: OnRanking } = {},
): Scored[] {
  return evolution(options).search({ space, seeds, score, accepts }, random, onRanking);
}

/** A problem whose candidates are all welcome. */
export const anyOf = (space: Space): Pick<Problem, 'space' | 'accepts'> => ({ space, accepts: () => true });
