import type { BinnedFeature } from './bins.ts';
import type { Derivatives } from './objectives.ts';
import type { TreeOptions } from './options.ts';
import { leafChild, type RegressionTree, type TreeSplit } from './tree.ts';

/**
 * Grows one tree leaf by leaf, as LightGBM does (Ke et al. 2017): of all leaves, the one is split next whose split lowers
 * the loss the most, to second order: by ½ (G_L²/H_L + G_R²/H_R − G²/H), with G and H the sums of first and second
 * derivatives. A leaf's value is −G/H. Of equal splits the one of the earlier leaf, then of the earlier feature, then
 * with the greater threshold is taken.
 */
export function growTree(
  features: readonly BinnedFeature[],
  derivatives: Derivatives,
  options: TreeOptions,
): RegressionTree {
  const leaf = (rows: Uint32Array, depth: number, parent?: Parent): Leaf => {
    const [gradient, curvature] = [sumOver(rows, derivatives.gradients), sumOver(rows, derivatives.curvatures)];
    const sums = { rows: rows.length, gradient, curvature };
    const best = depth < options.depth ? bestSplit(features, derivatives, rows, sums, options) : undefined;
    return { rows, depth, sums, best, parent };
  };
  const leaves = [
    leaf(
      Uint32Array.from(derivatives.gradients, (_, row) => row),
      0,
    ),
  ];
  const splits: TreeSplit[] = [];
  while (leaves.length < options.leaves) {
    const next = leaves.reduce((best, { best: split }, i) => (gainOf(split) > gainOf(leaves[best].best) ? i : best), 0);
    const { rows, depth, best, parent } = leaves[next];
    if (!best) break;
    const place = splits.length;
    if (parent) splits[parent.split][parent.side] = place;
    const { bins, bounds } = features[best.feature];
    splits.push({
      feature: best.feature,
      threshold: bounds[best.bin],
      left: leafChild(next),
      right: leafChild(leaves.length),
    });
    leaves[next] = leaf(
      rows.filter((row) => bins[row] <= best.bin),
      depth + 1,
      { split: place, side: 'left' },
    );
    leaves.push(
      leaf(
        rows.filter((row) => bins[row] > best.bin),
        depth + 1,
        { split: place, side: 'right' },
      ),
    );
  }
  return { splits, leaves: leaves.map(({ sums: { gradient, curvature } }) => -gradient / curvature) };
}

interface Leaf {
  rows: Uint32Array;
  depth: number;
  sums: Sums;
  /** Absent where none is possible or of use. */
  best?: Cut;
  /** Absent of the root. */
  parent?: Parent;
}

interface Parent {
  split: number;
  side: 'left' | 'right';
}

interface Sums {
  rows: number;
  gradient: number;
  curvature: number;
}

/** Bins up to this one go left. */
interface Cut {
  feature: number;
  bin: number;
  gain: number;
}

function gainOf(cut: Cut | undefined): number {
  return cut?.gain ?? 0;
}

function bestSplit(
  features: readonly BinnedFeature[],
  derivatives: Derivatives,
  rows: Uint32Array,
  all: Sums,
  options: TreeOptions,
): Cut | undefined {
  let best: Cut | undefined;
  if (all.rows < 2 * options.leafRows) return best;
  features.forEach((feature, i) => {
    const cut = bestBin(histogramOf(feature, derivatives, rows), all, options);
    if (cut && cut.gain > gainOf(best)) best = { feature: i, ...cut };
  });
  return best;
}

/** Sums by bin. */
interface Histogram {
  rows: Uint32Array;
  gradients: Float64Array;
  curvatures: Float64Array;
}

function histogramOf(
  { bins, bounds }: BinnedFeature,
  { gradients, curvatures }: Derivatives,
  rows: Uint32Array,
): Histogram {
  const histogram = {
    rows: new Uint32Array(bounds.length),
    gradients: new Float64Array(bounds.length),
    curvatures: new Float64Array(bounds.length),
  };
  for (const row of rows) {
    const bin = bins[row];
    histogram.rows[bin]++;
    histogram.gradients[bin] += gradients[row];
    histogram.curvatures[bin] += curvatures[row];
  }
  return histogram;
}

/** From the last bin on, so that of equal gains the greater threshold wins. */
function bestBin(
  { rows, gradients, curvatures }: Histogram,
  all: Sums,
  { leafRows, leafCurvature }: TreeOptions,
): Omit<Cut, 'feature'> | undefined {
  let best: Omit<Cut, 'feature'> | undefined;
  const [right, before] = [{ rows: 0, gradient: 0, curvature: 0 }, scoreOf(all)];
  for (let bin = rows.length - 1; bin > 0; bin--) {
    right.rows += rows[bin];
    right.gradient += gradients[bin];
    right.curvature += curvatures[bin];
    if (right.rows < leafRows || right.curvature < leafCurvature) continue;
    const left = {
      rows: all.rows - right.rows,
      gradient: all.gradient - right.gradient,
      curvature: all.curvature - right.curvature,
    };
    if (left.rows < leafRows || left.curvature < leafCurvature) break;
    const gain = scoreOf(left) + scoreOf(right) - before;
    if (gain > (best?.gain ?? 0)) best = { bin: bin - 1, gain };
  }
  return best;
}

/** Twice what the best value of a leaf lowers the loss by. */
function scoreOf({ gradient, curvature }: Sums): number {
  return (gradient * gradient) / curvature;
}

function sumOver(rows: Uint32Array, values: Float64Array): number {
  let sum = 0;
  for (const row of rows) sum += values[row];
  return sum;
}
