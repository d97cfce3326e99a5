export interface Interval {
  low: number;
  high: number;
}

/** Where 95 % of the resampled values lie: the middle ones. */
export function middle95(values: Float64Array): Interval {
  const sorted = values.toSorted();
  const cut = Math.floor(sorted.length / 40);
  return { low: sorted[cut], high: sorted[sorted.length - cut - 1] };
}
