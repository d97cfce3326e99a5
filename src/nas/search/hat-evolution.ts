import type { RandomStream } from '../../tensor/random.ts';
import { formatGenes, type Genes } from '../space.ts';
import { distinct, type Scored } from './candidates.ts';
import { crossOfTwo, type EvolutionOptions, generationSizes, mutate } from './evolution.ts';
import { acceptedSeeds, bestOf, type OnRanking, type Problem, ranked, type Strategy } from './problem.ts';

/**
 * Evolution as HAT has it (Wang et al. 2020, section 3.3, and its code): a population of random subnets; each iteration
 * ranks it, and the best p·n are the parents of m·n mutants and c·n crossovers. Unlike Algorithm 1, a child may be what
 * another is, and then counts twice; and the last iteration's ranking is the result, so that i iterations rank i times.
 */
export function hatEvolution(options: EvolutionOptions): Strategy {
  const { mutants, crossovers } = generationSizes(options);
  return {
    evaluations: ({ seeds }) =>
      Math.min(seeds.length, options.population) + (rankings(options) - 1) * (mutants + crossovers),
    search: (problem, random, onRanking) => explore(problem, options, random, onRanking),
  };
}

/** The first population has to be ranked in any case. */
function rankings({ iterations }: EvolutionOptions): number {
  return Math.max(1, iterations);
}

function explore(problem: Problem, options: EvolutionOptions, random: RandomStream, onRanking?: OnRanking): Scored[] {
  const { parents } = generationSizes(options);
  let population = someOf(acceptedSeeds(problem), options.population, random);
  if (population.length === 0) return [];
  for (let iteration = 1; iteration < rankings(options); iteration++) {
    const best = withRepeats(bestOf(problem, distinct(population), parents), population).slice(0, parents);
    onRanking?.(iteration, best[0]);
    population = nextGeneration(
      problem,
      best.map(({ genes }) => genes),
      options,
      random,
    );
  }
  const last = ranked(problem, distinct(population));
  onRanking?.(rankings(options), last[0]);
  return last;
}

/** At most `count` of the seeds, without replacement. */
function someOf(seeds: readonly Genes[], count: number, random: RandomStream): Genes[] {
  if (seeds.length <= count) return [...seeds];
  return Array.from(random.permutation(seeds.length).subarray(0, count), (i) => seeds[i]);
}

/** Each of the scored as often as it is in the population. */
function withRepeats(scored: readonly Scored[], population: readonly Genes[]): Scored[] {
  const counts = new Map<string, number>();
  for (const genes of population) counts.set(formatGenes(genes), (counts.get(formatGenes(genes)) ?? 0) + 1);
  return scored.flatMap((item) => Array.from({ length: counts.get(formatGenes(item.genes))! }, () => item));
}

/** The parents, mutants and crossovers of them, each drawn again until it is accepted. */
function nextGeneration(
  { space, accepts }: Problem,
  parents: readonly Genes[],
  options: EvolutionOptions,
  random: RandomStream,
): Genes[] {
  const { mutants, crossovers } = generationSizes(options);
  const mutant = () => mutate(space, random.pick(parents), options.mutationProbability, random);
  const crossover = () => (parents.length > 1 ? crossOfTwo(parents, random) : mutant());
  return [...parents, ...drawn(mutants, mutant, accepts), ...drawn(crossovers, crossover, accepts)];
}

/** `count` draws that are accepted, or as many as 50 draws for each give, where hardly any are. */
function drawn(count: number, draw: () => Genes, accepts: (genes: Genes) => boolean): Genes[] {
  const kept: Genes[] = [];
  for (let draws = 0; kept.length < count && draws < 50 * count; draws++) {
    const genes = draw();
    if (accepts(genes)) kept.push(genes);
  }
  return kept;
}
