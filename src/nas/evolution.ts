import type { RandomStream } from '../tensor/random.ts';
import { formatGenes, type Genes, genePositions, type Space } from './space.ts';

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

export interface Scored {
  genes: Genes;
  /** The lower the better. */
  score: number;
}

/** Scores the candidates, all on the same terms; called with distinct genes. */
export type Score = (candidates: readonly Genes[]) => readonly Scored[];

/**
 * Evolutionary exploration (paper, Algorithm 1). Starts from the distinct seeds, however many; each iteration ranks the
 * population, keeps the best p·n, and fills up with m·n mutants and c·n crossovers of those. The algorithm as printed returns the
 * last children unranked; one final ranking is added, and the result is sorted, best first.
 */
export function explore(
  space: Space, seeds: readonly Genes[], options: EvolutionOptions, score: Score, random: RandomStream, { accept = () => true, onIteration }: ExploreHooks = {},
): Scored[] {
  let population = distinct(seeds).filter(accept);
  if (population.length === 0) return [];
  for (let iteration = 1; iteration <= options.iterations; iteration++) {
    const parents = rank(score(population)).slice(0, generationSizes(options).parents);
    onIteration?.(iteration, parents[0]);
    population = nextGeneration(space, parents.map(({ genes }) => genes), options, random, accept);
  }
  return rank(score(population)).slice(0, options.population);
}

export interface ExploreHooks {
  /** Whether a candidate may be looked at at all; children that may not are drawn again. */
  accept?: (genes: Genes) => boolean;
  /** Called with the leader of each ranking but the last. */
  onIteration?: (iteration: number, best: Scored) => void;
}

/** p·n, m·n and c·n as whole numbers that add up to n, each less than 1 from its share; but there is at least one parent. */
export function generationSizes({ population, parents, mutants }: EvolutionOptions): { parents: number; mutants: number; crossovers: number } {
  const first = Math.max(1, Math.round(parents * population));
  const second = Math.max(first, Math.min(population, Math.round((parents + mutants) * population)));
  return { parents: first, mutants: second - first, crossovers: population - second };
}

/** The parents, then distinct mutants and crossovers of them, as far as the space has new ones to offer. */
export function nextGeneration(
  space: Space, parents: readonly Genes[], options: EvolutionOptions, random: RandomStream, accept: (genes: Genes) => boolean = () => true,
): Genes[] {
  const mutant = () => mutate(space, random.pick(parents), options.mutationProbability, random);
  const crossover = () => {
    const first = random.integer(parents.length);
    const second = (first + 1 + random.integer(parents.length - 1)) % parents.length;
    return cross(parents[first], parents[second], random);
  };
  const sizes = generationSizes(options);
  const withMutants = fill(parents, sizes.mutants, mutant, accept);
  // One parent alone has nobody to cross with.
  return fill(withMutants, sizes.crossovers, parents.length > 1 ? crossover : mutant, accept);
}

/** The candidates and `count` others, as many as can be had, which are drawn until they are new and accepted. */
export function fill(candidates: readonly Genes[], count: number, draw: () => Genes, accept: (genes: Genes) => boolean): Genes[] {
  const filled = [...candidates];
  const known = new Set(candidates.map(formatGenes));
  // A small or nearly exhausted space offers nothing new after some time; 50 draws for each tell.
  for (let draws = 0; filled.length < candidates.length + count && draws < 50 * count; draws++) {
    const genes = draw();
    const text = formatGenes(genes);
    if (known.has(text) || !accept(genes)) continue;
    known.add(text);
    filled.push(genes);
  }
  return filled;
}

/** Each gene, with that probability, is drawn anew. */
export function mutate(space: Space, genes: Genes, probability: number, random: RandomStream): Genes {
  return genePositions(space).map(({ choices }, i) => (random.float() < probability ? random.integer(choices.length) : genes[i]));
}

/** Each gene comes from either parent, evenly. */
export function cross(first: Genes, second: Genes, random: RandomStream): Genes {
  return first.map((gene, i) => (random.float() < 0.5 ? gene : second[i]));
}

/**
 * Best first, a score that is not a number last; equal scores in the order of their genes, so that a ranking is one and the same
 * everywhere.
 */
export function rank(scored: readonly Scored[]): Scored[] {
  const entries = scored.map((item) => ({ item, score: Number.isNaN(item.score) ? Infinity : item.score, text: formatGenes(item.genes) }));
  const order = (a: (typeof entries)[0], b: (typeof entries)[0]): number => {
    if (a.score !== b.score) return a.score < b.score ? -1 : 1;
    return a.text < b.text ? -1 : 1;
  };
  return entries.sort(order).map(({ item }) => item);
}

export function distinct(genes: readonly Genes[]): Genes[] {
  return [...new Map(genes.map((item) => [formatGenes(item), item])).values()];
}
