/** One inner node: rows whose feature is at most the threshold go left. */
export interface TreeSplit {
  feature: number;
  threshold: number;
  /** From 0 on the place of a split further on; below 0, −1 − the place of a leaf. */
  left: number;
  right: number;
}

/** A regression tree: splits, the root first, and the values of its leaves. */
export interface RegressionTree {
  splits: TreeSplit[];
  leaves: number[];
}

/** What a child of a split has instead of a split's place, where it is a leaf. */
export function leafChild(leaf: number): number {
  return -1 - leaf;
}

/** The leaf that a row falls into. */
export function leafOf({ splits }: RegressionTree, row: ArrayLike<number>): number {
  let node = splits.length > 0 ? 0 : leafChild(0);
  while (node >= 0) {
    const { feature, threshold, left, right } = splits[node];
    node = row[feature] <= threshold ? left : right;
  }
  return leafChild(node);
}

/** Trees whose values add up. */
export interface BoostedTrees {
  /** Of each row. */
  features: number;
  /** What the trees' values are added to. */
  base: number;
  trees: RegressionTree[];
}

/** @param row as many numbers as there are features */
export function predictByTrees({ base, trees }: BoostedTrees, row: ArrayLike<number>): number {
  let sum = base;
  for (const tree of trees) sum += tree.leaves[leafOf(tree, row)];
  return sum;
}

/** Saved trees that are none. */
export class TreesError extends Error {
  override readonly name = 'TreesError';
}

/**
 * Checks what a file says of trees beyond what a schema can: every node has one parent before it, and features exist.
 * @throws TreesError
 */
export function checkTrees({ features, base, trees }: BoostedTrees): void {
  if (!Number.isFinite(base)) throw new TreesError('The trees\' "base" is no number.');
  trees.forEach((tree, i) => {
    const fault = faultOf(tree, features);
    if (fault) throw new TreesError(`Tree ${i + 1} of ${trees.length} is damaged: ${fault}.`);
  });
}

function faultOf({ splits, leaves }: RegressionTree, features: number): string | undefined {
  if (leaves.length !== splits.length + 1) return `${splits.length} splits have ${leaves.length} leaves`;
  if (!leaves.every(Number.isFinite)) return 'a leaf is no number';
  const children = new Set<number>();
  for (const [i, { feature, threshold, left, right }] of splits.entries()) {
    if (!Number.isInteger(feature) || feature < 0 || feature >= features)
      return `split ${i} asks for feature ${feature} of ${features}`;
    if (!Number.isFinite(threshold)) return `the threshold of split ${i} is no number`;
    for (const child of [left, right]) {
      const isThere = Number.isInteger(child) && child < splits.length && child >= leafChild(leaves.length - 1);
      if (!isThere || (child >= 0 && child <= i) || children.has(child)) return `split ${i} leads to node ${child}`;
      children.add(child);
    }
  }
  return undefined;
}
