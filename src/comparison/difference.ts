import type { Interval } from '../statistics/interval.ts';
import { meanOf } from '../statistics/mean.ts';
import { ruleOfThree } from '../statistics/p-value.ts';
import { criticalValue, twoSidedTail, varianceOf } from '../statistics/student.ts';

/** A system's figure in each of its runs, and the mean of the runs in each resample. */
export interface Resampled {
  values: readonly number[];
  means: Float64Array;
}

/** How the means of two systems differ. */
export interface MeanDifference {
  /** Mean of the first less that of the second. */
  difference: number;
  interval: Interval;
  /** Two-sided; not known to be smaller than the rule of three says of the resamples, and never given so. */
  pValue: number;
}

/**
 * The difference of two systems' means with an interval of difference ± t · √V. V is the variance of the difference
 * over the resamples, at least that which the runs alone give; t has Satterthwaite's (1946) degrees of freedom, since
 * the share of V that comes from few runs is known as badly as it is from few runs, and that from sentences well.
 * @param first,second resampled with the same sentences
 */
export function differenceOfMeans(first: Resampled, second: Resampled, confidence: number): MeanDifference {
  const [a, b] = [first, second].map(({ values }) => ({
    mean: meanOf(values),
    variance: values.length < 2 ? 0 : varianceOf(values) / values.length,
    degrees: values.length - 1,
  }));
  const difference = a.mean - b.mean;
  const overResamples = varianceOf(first.means.map((mean, i) => mean - second.means[i]));
  const variance = Math.max(overResamples, a.variance + b.variance);
  const uncertain = [a, b].reduce((sum, each) => sum + (each.degrees === 0 ? 0 : each.variance ** 2 / each.degrees), 0);
  const degrees = uncertain === 0 ? Infinity : variance ** 2 / uncertain;
  const half = criticalValue(confidence, degrees) * Math.sqrt(variance);
  const tail = difference === 0 ? 1 : variance === 0 ? 0 : twoSidedTail(difference / Math.sqrt(variance), degrees);
  return {
    difference,
    interval: { low: difference - half, high: difference + half },
    pValue: Math.max(tail, ruleOfThree(first.means.length)),
  };
}
