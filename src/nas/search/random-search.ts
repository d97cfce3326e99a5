import type { RandomStream } from '../../tensor/random.ts';
import { sampleGenes } from '../space.ts';
import { fill, type Scored } from './candidates.ts';
import { type EvolutionOptions, generationSizes } from './evolution.ts';
import { acceptedSeeds, bestOf, type OnRanking, type Problem, type Strategy } from './problem.ts';

/**
 * Random search: instead of every child that Algorithm 1 would breed of the same seeds with the same parameters, a subnet
 * that is drawn uniformly. All are ranked at once; the best n are given.
 */
export function randomSearch(options: EvolutionOptions): Strategy {
  const { mutants, crossovers } = generationSizes(options);
  const children = options.iterations * (mutants + crossovers);
  return {
    evaluations: ({ seeds }) => seeds.length + children,
    search(problem: Problem, random: RandomStream, onRanking?: OnRanking): Scored[] {
      const { space, accepts } = problem;
      const candidates = fill(acceptedSeeds(problem), children, () => sampleGenes(space, random), accepts);
      if (candidates.length === 0) return [];
      const best = bestOf(problem, candidates, options.population);
      onRanking?.(1, best[0]);
      return best;
    },
  };
}
