import { kendallTau } from '../statistics/kendall.ts';
import type { LabelledRows } from './boost.ts';

/** |Kendall's τ| of each feature with the target; 0 of one that is the same in all rows. RankNAS chooses features so. */
export function tauImportance({ rows, targets }: LabelledRows): number[] {
  return rows[0].map((_, feature) =>
    Math.abs(kendallTau({ predicted: rows.map((row) => row[feature]), actual: targets }) ?? 0),
  );
}

/** Shuffles of a feature whose mean is told where nobody asks for others. */
export const usualShuffles = 10;

/**
 * By how much Kendall's τ of predictions with the targets falls when a feature's values are shuffled among the rows
 * (Breiman 2001), the mean of several shuffles. Rows that the predictor was not fitted to tell the most.
 * @param draw uniform over the whole numbers in [0, limit)
 */
export function permutationImportance(
  { rows, targets }: LabelledRows,
  predict: (rows: LabelledRows['rows']) => ArrayLike<number>,
  shuffles: number,
  draw: (limit: number) => number,
): number[] {
  const tauOf = (asked: LabelledRows['rows']) => kendallTau({ predicted: predict(asked), actual: targets }) ?? 0;
  const whole = tauOf(rows);
  return rows[0].map((_, feature) => {
    let sum = 0;
    for (let i = 0; i < shuffles; i++) {
      const values = shuffled(
        rows.map((row) => row[feature]),
        draw,
      );
      sum += tauOf(rows.map((row, at) => row.with(feature, values[at])));
    }
    return whole - sum / shuffles;
  });
}

/** The places of the `count` greatest, in their own order; of equal ones the first. */
export function mostImportant(importance: readonly number[], count: number): number[] {
  return importance
    .map((_, i) => i)
    .sort((a, b) => importance[b] - importance[a] || a - b)
    .slice(0, count)
    .sort((a, b) => a - b);
}

/** Fisher and Yates. */
function shuffled(values: number[], draw: (limit: number) => number): number[] {
  for (let i = values.length - 1; i > 0; i--) {
    const j = draw(i + 1);
    [values[i], values[j]] = [values[j], values[i]];
  }
  return values;
}
