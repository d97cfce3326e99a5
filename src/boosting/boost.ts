import { binned } from './bins.ts';
import { growTree } from './grow.ts';
import { objectives } from './objectives.ts';
import type { BoostingOptions } from './options.ts';
import { type BoostedTrees, leafOf, type RegressionTree } from './tree.ts';

/** Rows of features, all of one length, with what is to be predicted. */
export interface LabelledRows {
  rows: readonly (readonly number[])[];
  targets: readonly number[];
}

/**
 * Gradient boosting (Friedman 2001) with second-order trees: each is grown for the derivatives of the loss at the scores
 * so far, and adds `learningRate` times its values. Growth ends after `patience` trees without a better loss on the
 * validation rows, and the trees up to the best are kept. Nothing is random.
 * @param train at least one row
 * @param valid where there are no rows, all trees are kept
 */
export function boost(train: LabelledRows, valid: LabelledRows, options: BoostingOptions): BoostedTrees {
  const objective = objectives[options.objective];
  const features = train.rows[0].map((_, feature) =>
    binned(
      train.rows.map((row) => row[feature]),
      options,
    ),
  );
  const base = objective.start(train.targets);
  const scores = new Float64Array(train.rows.length).fill(base);
  const watched = new Float64Array(valid.rows.length).fill(base);
  const trees: RegressionTree[] = [];
  let best = { loss: Infinity, trees: 0 };
  for (let i = 0; i < options.trees; i++) {
    const grown = growTree(features, objective.derivatives(scores, train.targets), options);
    if (grown.splits.length === 0) break;
    const tree = { ...grown, leaves: grown.leaves.map((value) => options.learningRate * value) };
    trees.push(tree);
    addTo(scores, tree, train.rows);
    if (valid.rows.length === 0) continue;
    addTo(watched, tree, valid.rows);
    const loss = objective.loss(watched, valid.targets);
    if (loss < best.loss) best = { loss, trees: trees.length };
    else if (trees.length - best.trees >= options.patience) break;
  }
  const kept = valid.rows.length === 0 ? trees.length : best.trees;
  return { features: features.length, base, trees: trees.slice(0, kept) };
}

function addTo(scores: Float64Array, tree: RegressionTree, rows: LabelledRows['rows']): void {
  for (let i = 0; i < scores.length; i++) scores[i] += tree.leaves[leafOf(tree, rows[i])];
}
