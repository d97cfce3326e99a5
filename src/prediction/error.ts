import { kendallTau, type PairedMeasures } from '../statistics/kendall.ts';
import { meanOf } from '../statistics/mean.ts';

/** How far predictions are from what was measured. */
export interface PredictionError {
  /** Root of the mean square, in the unit of what is predicted. */
  root: number;
  /** Mean of |predicted − actual| / |actual|, in per cent. */
  percent: number;
  /** Kendall's τ-b of the two; undefined where either has nothing but ties. */
  tau?: number;
}

/** HAT's two figures, RMSE and MAPD, and rank correlation. */
export function predictionError({ predicted, actual }: PairedMeasures): PredictionError {
  const differences = Float64Array.from(actual, (value, i) => predicted[i] - value);
  const tau = kendallTau({ predicted, actual });
  return {
    root: Math.sqrt(meanOf(differences.map((difference) => difference ** 2))),
    percent: 100 * meanOf(differences.map((difference, i) => Math.abs(difference / actual[i]))),
    ...(tau === undefined ? {} : { tau }),
  };
}
