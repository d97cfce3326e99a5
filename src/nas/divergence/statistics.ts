import { type Interval, middle95 } from '../../statistics/interval.ts';
import { meanOf } from '../../statistics/mean.ts';
import type { RandomStream } from '../../tensor/random.ts';
import type { PairMatrix } from './pairwise.ts';

/** How the divergences of pairs are distributed. */
export interface Distribution {
  /** Comparable ones. */
  pairs: number;
  mean: number;
  /** Of pairs, not of the mean. */
  standardDeviation: number;
  /** Where the mean lies in 95 % of the resamples. */
  interval: Interval;
  histogram: Histogram;
}

/** Bin k counts values in [k · width, (k + 1) · width); bins after the last value are left out. */
export interface Histogram {
  width: number;
  counts: number[];
}

/** The same for all populations, so that histograms can be laid over each other; no divergence exceeds 4. */
const binWidth = 0.025;

/** @param means of resamples, from `bootstrapMeans`; @returns undefined where no two networks are comparable */
export function distributionOf(matrix: PairMatrix, means: Float64Array): Distribution | undefined {
  const values = pairsOf(matrix).map(({ value }) => value);
  if (values.length === 0) return undefined;
  const mean = meanOf(values);
  return {
    pairs: values.length,
    mean,
    standardDeviation: Math.sqrt(meanOf(values.map((value) => (value - mean) ** 2))),
    interval: middle95(means),
    histogram: { width: binWidth, counts: histogramOf(values, binWidth) },
  };
}

/**
 * Means over the pairs of networks drawn with replacement. Pairs share networks, so it is networks that are drawn,
 * not pairs; those of a network with itself do not count, as they do not in the population. A draw without any
 * comparable pair is drawn again.
 *
 * @returns as many means as `resamples`; none where no two networks are comparable
 */
export function bootstrapMeans(matrix: PairMatrix, resamples: number, random: RandomStream): Float64Array {
  const pairs = pairsOf(matrix);
  if (pairs.length === 0) return new Float64Array(0);
  return Float64Array.from({ length: resamples }, () => {
    for (;;) {
      const copies = new Uint32Array(matrix.networks);
      for (let draw = 0; draw < matrix.networks; draw++) copies[random.integer(matrix.networks)]++;
      let sum = 0;
      let count = 0;
      for (const { i, j, value } of pairs) {
        const times = copies[i] * copies[j];
        sum += times * value;
        count += times;
      }
      if (count > 0) return sum / count;
    }
  });
}

/** Interval of the quotient of two populations' means, from independent resamples of each, equally many. */
export function ratioInterval(numerators: Float64Array, denominators: Float64Array): Interval {
  return middle95(numerators.map((mean, i) => mean / denominators[i]));
}

export function histogramOf(values: readonly number[], width: number): number[] {
  const counts: number[] = [];
  for (const value of values) {
    const bin = Math.floor(value / width);
    while (counts.length <= bin) counts.push(0);
    counts[bin]++;
  }
  return counts;
}

function pairsOf({ networks, values }: PairMatrix): { i: number; j: number; value: number }[] {
  const pairs = [];
  for (let i = 0; i < networks; i++) {
    for (let j = i + 1; j < networks; j++) {
      const value = values[i * networks + j];
      if (!Number.isNaN(value)) pairs.push({ i, j, value });
    }
  }
  return pairs;
}
