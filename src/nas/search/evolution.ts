import type { RandomStream } from '../../tensor/random.ts';
import { type Genes, genePositions, type Space } from '../space.ts';
import { fill, type Scored } from './candidates.ts';
import { acceptedSeeds, bestOf, type OnRanking, type Problem, type Strategy } from './problem.ts';

/** Parameters of Algorithm 1 and what the paper leaves open about it (docs/method.md). */
export interface EvolutionOptions {
  /** n, the size of a population. */
  population: number;
  /** i; 0 ranks the seeds and keeps the best n. */
  iterations: number;
  /** p, m and c: shares of a population that are kept, made by mutation and made by crossover. They add up to 1. */
  parents: number;
  mutants: number;
  crossovers: number;
  /** Probability that a mutant's gene is drawn anew, uniformly, so that it may come out as it was. */
  mutationProbability: number;
}

/** Evolutionary exploration (paper, Algorithm 1). */
export function evolution(options: EvolutionOptions): Strategy {
  const { mutants, crossovers } = generationSizes(options);
  return {
    evaluations: ({ seeds }) => seeds.length + options.iterations * (mutants + crossovers),
    search: (problem, random, onRanking) => explore(problem, options, random, onRanking),
  };
}

/**
 * Starts from the distinct seeds; each iteration ranks the population, keeps the best p·n, and fills up with m·n
 * mutants and c·n crossovers of those. The algorithm as printed returns the last children unranked; one final ranking
 * is added, of which `onRanking` is not told, and the result is sorted, best first.
 */
function explore(problem: Problem, options: EvolutionOptions, random: RandomStream, onRanking?: OnRanking): Scored[] {
  let population = acceptedSeeds(problem);
  if (population.length === 0) return [];
  for (let iteration = 1; iteration <= options.iterations; iteration++) {
    const parents = bestOf(problem, population, generationSizes(options).parents);
    onRanking?.(iteration, parents[0]);
    population = nextGeneration(
      problem,
      parents.map(({ genes }) => genes),
      options,
      random,
    );
  }
  return bestOf(problem, population, options.population);
}

/**
 * p·n, m·n and c·n as whole numbers that add up to n, each less than 1 from its share;
 * but there is at least one parent.
 */
export function generationSizes({ population, parents, mutants }: EvolutionOptions): {
  parents: number;
  mutants: number;
  crossovers: number;
} {
  const first = Math.max(1, Math.round(parents * population));
  const second = Math.max(first, Math.min(population, Math.round((parents + mutants) * population)));
  return { parents: first, mutants: second - first, crossovers: population - second };
}

/** The parents, then distinct mutants and crossovers of them, as far as the space has new ones to offer. */
export function nextGeneration(
  { space, accepts, mutates }: Pick<Problem, 'space' | 'accepts' | 'mutates'>,
  parents: readonly Genes[],
  options: EvolutionOptions,
  random: RandomStream,
): Genes[] {
  const mutant = () => mutate(space, random.pick(parents), options.mutationProbability, random, mutates);
  const crossover = () => crossOfTwo(parents, random);
  const sizes = generationSizes(options);
  const withMutants = fill(parents, sizes.mutants, mutant, accepts);
  // One parent alone has nobody to cross with.
  return fill(withMutants, sizes.crossovers, parents.length > 1 ? crossover : mutant, accepts);
}

/** Each gene that may mutate is drawn anew with that probability. */
export function mutate(
  space: Space,
  genes: Genes,
  probability: number,
  random: RandomStream,
  mutates: (place: number) => boolean = () => true,
): Genes {
  return genePositions(space).map(({ choices }, i) =>
    mutates(i) && random.float() < probability ? random.integer(choices.length) : genes[i],
  );
}

/** A crossover of two of the parents, of which there are at least two. */
export function crossOfTwo(parents: readonly Genes[], random: RandomStream): Genes {
  const first = random.integer(parents.length);
  const second = (first + 1 + random.integer(parents.length - 1)) % parents.length;
  return cross(parents[first], parents[second], random);
}

/** Each gene comes from either parent, evenly. */
export function cross(first: Genes, second: Genes, random: RandomStream): Genes {
  return first.map((gene, i) => (random.float() < 0.5 ? gene : second[i]));
}
