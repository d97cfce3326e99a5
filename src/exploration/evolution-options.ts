import type { SearchParams } from '../../schemas/types.ts';
import type { EvolutionOptions } from '../nas/search/evolution.ts';
import { StageError } from '../runner/stage.ts';

/** Algorithm 1's parameters among a stage's. @throws StageError for shares that do not add up to 1 */
export function evolutionOptions({
  population,
  iterations,
  parents,
  mutants,
  crossovers,
  mutationProbability,
}: Pick<SearchParams, keyof EvolutionOptions>): EvolutionOptions {
  const sum = parents + mutants + crossovers;
  if (Math.abs(sum - 1) > 1e-9) {
    throw new StageError(
      `parents + mutants + crossovers must be 1, and ${parents} + ${mutants} + ${crossovers} is ${sum}.`,
    );
  }
  return { population, iterations, parents, mutants, crossovers, mutationProbability };
}
