import { boost } from '../../boosting/boost.ts';
import type { ObjectiveName } from '../../boosting/objectives.ts';
import { boostingDefaults } from '../../boosting/options.ts';
import { type BoostedTrees, predictByTrees } from '../../boosting/tree.ts';
import { splitRows } from '../../prediction/split.ts';
import { kendallTau } from '../../statistics/kendall.ts';
import type { RandomStream } from '../../tensor/random.ts';
import { type FeatureSet, featuresOf } from '../features.ts';
import { architectureOf, type Genes, networkKey, sampleGenes, type Space, SpaceError } from '../space.ts';
import { fill, rank, type Scored } from './candidates.ts';
import { evolution, type EvolutionOptions } from './evolution.ts';
import { acceptedSeeds, type Problem, type Strategy } from './problem.ts';
import { prune, type PrunedSpace, type PruningOptions } from './pruning.ts';

export interface RankerOptions {
  /** Networks to learn from: the first of the seeds, and random ones where these are fewer. */
  labels: number;
  /** Trees for order alone, or for the scores themselves. */
  objective: ObjectiveName;
  features: FeatureSet;
  /** Candidates that the ranker scores: so many random ones, or those that evolution breeds. */
  candidates: { random: number } | EvolutionOptions;
  /** Absent: all genes of a candidate vary. */
  prune?: PruningOptions;
  /** How many of the best are given. */
  keep: number;
  /**
   * Told how well the ranker orders networks that it was not fitted to, if these have an order, and by which features
   * candidates still differ, where others were pruned.
   */
  onFitted?: (fit: { tau?: number; networks: number; features?: string[] }) => void;
}

/** Networks that a ranker is fitted to, stopped by and measured on, at least: fewer leave a tree nothing to split. */
const fewestLabels = Math.ceil((2 * boostingDefaults.leafRows) / 0.8);

/**
 * RankNAS (Hu et al. 2021): some networks are scored, boosted trees learn to rank them by their features, and score many
 * times more candidates, as good as for nothing. What is given are the best of these, with the ranker's scores: of
 * trees for order alone they mean nothing but order.
 */
export function ranker(options: RankerOptions): Strategy {
  return {
    evaluations: () => options.labels,
    search(problem, random) {
      const { space, accepts, score: lossesOf } = problem;
      const seeds = acceptedSeeds(problem).slice(0, options.labels);
      if (seeds.length === 0) return [];
      const asked = fill(seeds, options.labels - seeds.length, () => sampleGenes(space, random), accepts);
      const labels = distinctNetworks(problem, lossesOf(asked)).filter(({ score }) => Number.isFinite(score));
      const { trees, pruning } = fit(space, labels, options, random);
      const score = (candidates: readonly Genes[]): Scored[] =>
        candidates.map((genes) => ({ genes, score: predictByTrees(trees, rowOf(space, genes, options)) }));
      return distinctNetworks(problem, propose({ ...problem, score }, labels, pruning, options, random)).slice(
        0,
        options.keep,
      );
    },
  };
}

interface Ranker {
  trees: BoostedTrees;
  pruning?: PrunedSpace;
}

/** @throws SpaceError where there is too little to learn from */
function fit(space: Space, labels: readonly Scored[], options: RankerOptions, random: RandomStream): Ranker {
  if (labels.length < fewestLabels) {
    throw new SpaceError(
      `A ranker learns from ${fewestLabels} networks at least, and ${labels.length} have a finite loss: score more of them.`,
    );
  }
  const rows = labels.map(({ genes }) => rowOf(space, genes, options));
  const { train, valid, test } = splitRows({ rows, targets: labels.map(({ score }) => score) }, random);
  const trees = boost(train, valid, { ...boostingDefaults, objective: options.objective });
  if (trees.trees.length === 0)
    throw new SpaceError(
      `The losses of ${labels.length} networks have nothing to do with their features: score more of them.`,
    );
  const predicted = test.rows.map((row) => predictByTrees(trees, row));
  const tau = kendallTau({ predicted, actual: test.targets });
  const pruning =
    options.prune
    && prune(
      space,
      options.features,
      options.prune,
      { trees, fitted: train, held: test },
      rank(labels)[0].genes,
      random,
    );
  options.onFitted?.({
    ...(tau === undefined ? {} : { tau }),
    networks: test.rows.length,
    ...(pruning && { features: pruning.features }),
  });
  return { trees, pruning };
}

/** Candidates, best first. */
function propose(
  { space, accepts, score }: Problem,
  labels: readonly Scored[],
  pruning: PrunedSpace | undefined,
  { candidates }: RankerOptions,
  random: RandomStream,
): Scored[] {
  const pruned = (genes: Genes): Genes => pruning?.pruned(genes) ?? genes;
  if ('random' in candidates)
    return rank(score(fill([], candidates.random, () => pruned(sampleGenes(space, random)), accepts)));
  const seeds = labels.map(({ genes }) => pruned(genes));
  return evolution(candidates).search({ space, accepts, score, seeds, mutates: pruning?.varies }, random);
}

function rowOf(space: Space, genes: Genes, { features }: Pick<RankerOptions, 'features'>): number[] {
  return featuresOf(architectureOf(space, genes), features);
}

/** The first of each network, in their order. */
function distinctNetworks({ space }: Pick<Problem, 'space'>, scored: readonly Scored[]): Scored[] {
  const known = new Set<string>();
  return scored.filter(({ genes }) => {
    const network = networkKey(architectureOf(space, genes));
    return known.has(network) ? false : known.add(network);
  });
}
