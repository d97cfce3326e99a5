import type { MetricsDocument } from '../../schemas/types.ts';

/** Points of a curve: update, value. */
export type Series = MetricsDocument['series'][string];

/** A curve's last value. */
export function finalOf(series: Series): number {
  return series.at(-1)![1];
}

/** Mean of a curve's last fifth: single updates vary with the subnet and the sentences that they drew. */
export function recentOf(series: Series): number {
  return meanOf(series.slice(-Math.ceil(series.length / 5)));
}

export function meanOf(series: Series): number {
  return series.reduce((sum, [, value]) => sum + value, 0) / series.length;
}
