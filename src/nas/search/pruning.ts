import type { LabelledRows } from '../../boosting/boost.ts';
import { mostImportant, permutationImportance, tauImportance, usualShuffles } from '../../boosting/importance.ts';
import { type BoostedTrees, predictByTrees } from '../../boosting/tree.ts';
import type { RandomStream } from '../../tensor/random.ts';
import { decidesFeature, featureNames, type FeatureSet } from '../features.ts';
import { genePositions, type Genes, type Space } from '../space.ts';

/** How a space is pruned by what decides the scores of its networks (RankNAS, Hu et al. 2021). */
export interface PruningOptions {
  /** How many features count; genes that decide none of them vary no more. */
  features: number;
  /** `tau`: the greatest |Kendall's τ| with the score; `permutation`: what ranks worst when it is shuffled. */
  by: 'tau' | 'permutation';
}

/** A space of which some genes are what one network has there. */
export interface PrunedSpace {
  /** Names of the features that count. */
  features: string[];
  /** Whether the gene at a place still varies. */
  varies(place: number): boolean;
  /** The same with the genes that vary no more as that network has them. */
  pruned(genes: Genes): Genes;
}

/**
 * @param fitted what a ranker learned from
 * @param held networks that it was not fitted to, which say what matters to it
 * @param best whose genes stand where they vary no more
 */
export function prune(
  space: Space,
  set: FeatureSet,
  { features, by }: PruningOptions,
  { trees, fitted, held }: { trees: BoostedTrees; fitted: LabelledRows; held: LabelledRows },
  best: Genes,
  random: RandomStream,
): PrunedSpace {
  const importance =
    by === 'tau'
      ? tauImportance(fitted)
      : permutationImportance(
          held,
          (rows) => rows.map((row) => predictByTrees(trees, row)),
          usualShuffles,
          (limit) => random.integer(limit),
        );
  const places = mostImportant(importance, features);
  const free = genePositions(space).map((position) => decidesFeature(position, set, places));
  const names = featureNames(set);
  return {
    features: places.map((place) => names[place]),
    varies: (place) => free[place],
    pruned: (genes) => genes.map((gene, place) => (free[place] ? gene : best[place])),
  };
}
