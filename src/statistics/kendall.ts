import { type Interval, middle95 } from './interval.ts';

/** Two measures of the same items. */
export interface PairedMeasures {
  predicted: ArrayLike<number>;
  actual: ArrayLike<number>;
}

/**
 * Kendall's τ-b (Kendall 1945), Σ aᵢⱼbᵢⱼ / √(Σ aᵢⱼ² · Σ bᵢⱼ²) over pairs of items, with aᵢⱼ = sign(aᵢ − aⱼ): ties are in
 * neither sum below the root that they are ties of.
 * @param groups of the items: only pairs within one count; absent: all pairs
 * @param copies how often each item counts; pairs of copies of one item are ties, and so count nowhere
 * @returns undefined where a measure has nothing but ties
 */
export function kendallTau(
  { predicted, actual }: PairedMeasures,
  groups?: ArrayLike<unknown>,
  copies?: ArrayLike<number>,
): number | undefined {
  let agreement = 0;
  let untiedPredicted = 0;
  let untiedActual = 0;
  for (let i = 0; i < predicted.length; i++) {
    if (copies?.[i] === 0) continue;
    for (let j = 0; j < i; j++) {
      if (groups && groups[i] !== groups[j]) continue;
      const times = copies ? copies[i] * copies[j] : 1;
      if (times === 0) continue;
      const a = Math.sign(predicted[i] - predicted[j]);
      const b = Math.sign(actual[i] - actual[j]);
      agreement += times * a * b;
      untiedPredicted += times * a * a;
      untiedActual += times * b * b;
    }
  }
  return untiedPredicted > 0 && untiedActual > 0 ? agreement / Math.sqrt(untiedPredicted * untiedActual) : undefined;
}

/** Mean τ-b of several pairs of measures of the same items. */
export function meanTau(
  trials: readonly PairedMeasures[],
  groups?: ArrayLike<unknown>,
  copies?: ArrayLike<number>,
): number | undefined {
  const taus = trials.map((trial) => kendallTau(trial, groups, copies));
  return taus.every((tau) => tau !== undefined) ? taus.reduce((sum, tau) => sum + tau, 0) / taus.length : undefined;
}

/**
 * 95 % interval of the mean τ-b by bootstrap: items are drawn with replacement, and a draw without anything to compare
 * does not count.
 * @param draw uniform over the whole numbers in [0, limit)
 * @returns undefined where no draw has anything to compare
 */
export function tauInterval(
  trials: readonly PairedMeasures[],
  resamples: number,
  draw: (limit: number) => number,
  groups?: ArrayLike<unknown>,
): Interval | undefined {
  const items = trials[0].predicted.length;
  const taus: number[] = [];
  for (let resample = 0; resample < resamples; resample++) {
    const copies = new Uint32Array(items);
    for (let i = 0; i < items; i++) copies[draw(items)]++;
    const tau = meanTau(trials, groups, copies);
    if (tau !== undefined) taus.push(tau);
  }
  return taus.length > 0 ? middle95(Float64Array.from(taus)) : undefined;
}
