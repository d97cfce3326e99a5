import type { PairedMeasures } from './kendall.ts';

/** How many of the `count` items that are least by the one measure are among the `count` least by the other. */
export function recallOfLeast({ predicted, actual }: PairedMeasures, count: number): number {
  const truly = new Set(ascending(actual).slice(0, count));
  return ascending(predicted)
    .slice(0, count)
    .filter((item) => truly.has(item)).length;
}

/** What is expected of a choice among some items. */
export interface ExpectedChoice {
  /** The actual measure of the one that is predicted to be least. */
  chosen: number;
  /** Of the one that is. */
  best: number;
}

/**
 * Expected values over all subsets of `size` items, exactly: an item that `i` others precede is the first of a subset
 * with probability C(N − 1 − i, size − 1) / C(N, size).
 * @param size from 1 to the number of items
 */
export function choiceAmong({ predicted, actual }: PairedMeasures, size: number): ExpectedChoice {
  const items = predicted.length;
  const expected = (order: readonly number[]): number => {
    let probability = size / items;
    let sum = 0;
    for (let i = 0; i <= items - size; i++) {
      sum += probability * actual[order[i]];
      probability *= (items - size - i) / (items - 1 - i);
    }
    return sum;
  };
  return { chosen: expected(ascending(predicted)), best: expected(ascending(actual)) };
}

/** Places of the items, the least first; of equal ones the first. */
function ascending(values: ArrayLike<number>): number[] {
  return Array.from(values, (_, i) => i).sort((a, b) => values[a] - values[b] || a - b);
}
