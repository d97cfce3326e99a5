import type { BinOptions } from './options.ts';

/** One feature of all rows in bins. */
export interface BinnedFeature {
  /** Bin of each row. */
  bins: Uint16Array;
  /** Largest value of each bin; that of the last is infinite. */
  bounds: number[];
}

/**
 * Cuts a feature into bins as LightGBM does (`BinMapper::FindBin`): values of either sign get bins in proportion to
 * their number, zero has one of its own, and a bound lies in the middle between two values.
 * @param values one a row, finite
 */
export function binned(values: ArrayLike<number>, options: BinOptions): BinnedFeature {
  const bounds = boundsOf(values, options);
  return { bins: Uint16Array.from(values, (value) => binOf(value, bounds)), bounds };
}

/** The first bin whose bound is not below the value. */
function binOf(value: number, bounds: readonly number[]): number {
  let [low, high] = [0, bounds.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (value <= bounds[middle]) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** What is no farther from 0 counts as 0: LightGBM's, in single precision. */
const zero = Math.fround(1e-35);

function boundsOf(values: ArrayLike<number>, { bins, binRows }: BinOptions): number[] {
  const distinct = countDistinct(values);
  const negative = distinct.filter(({ value }) => value <= -zero);
  const positive = distinct.filter(({ value }) => value > zero);
  const [below, above] = [rowsOf(negative), rowsOf(positive)];
  const bounds: number[] = [];
  if (negative.length > 0) {
    const share = Math.max(1, Math.floor((below / (below + above)) * (bins - 1)));
    bounds.push(...cut(negative, share, binRows).slice(0, -1), -zero);
  }
  const left = bins - 1 - bounds.length;
  if (positive.length > 0 && left > 0) bounds.push(zero, ...cut(positive, left, binRows));
  else bounds.push(Infinity);
  return bounds;
}

interface Distinct {
  value: number;
  rows: number;
}

function countDistinct(values: ArrayLike<number>): Distinct[] {
  const distinct: Distinct[] = [];
  for (const value of Float64Array.from(values).sort()) {
    const last = distinct.at(-1);
    // Values that no number lies between are one: the larger.
    if (last && value <= nextUp(last.value)) {
      last.value = value;
      last.rows++;
    } else distinct.push({ value, rows: 1 });
  }
  return distinct;
}

function rowsOf(distinct: readonly Distinct[]): number {
  return distinct.reduce((sum, { rows }) => sum + rows, 0);
}

/** Upper bounds of at most `most` bins of values in ascending order. */
function cut(distinct: readonly Distinct[], most: number, binRows: number): number[] {
  const bounds: number[] = [];
  const cutAfter = (i: number) => {
    const bound = nextUp((distinct[i].value + distinct[i + 1].value) / 2);
    if (bounds.length === 0 || bound > nextUp(bounds.at(-1)!)) bounds.push(bound);
  };
  if (distinct.length <= most) {
    let held = 0;
    for (let i = 0; i < distinct.length - 1; i++) {
      held += distinct[i].rows;
      if (held < binRows) continue;
      const before = bounds.length;
      cutAfter(i);
      if (bounds.length > before) held = 0;
    }
  } else cutEvenly(distinct, most, binRows, cutAfter);
  return [...bounds, Infinity];
}

/** Bins of about equal rows; a value that alone has as many as a bin should, has one for itself. */
function cutEvenly(distinct: readonly Distinct[], most: number, binRows: number, cutAfter: (i: number) => void): void {
  const all = rowsOf(distinct);
  const bins = Math.max(1, binRows > 0 ? Math.min(most, Math.floor(all / binRows)) : most);
  const isBig = distinct.map(({ rows }) => rows >= all / bins);
  let binsLeft = bins - isBig.filter(Boolean).length;
  let rowsLeft = all - rowsOf(distinct.filter((_, i) => isBig[i]));
  let size = rowsLeft / binsLeft;
  let held = 0;
  let made = 0;
  for (let i = 0; i < distinct.length - 1; i++) {
    const { rows } = distinct[i];
    if (!isBig[i]) rowsLeft -= rows;
    held += rows;
    const isFull = isBig[i] || held >= size || (isBig[i + 1] && held >= Math.max(1, size / 2));
    if (!isFull) continue;
    if (made >= bins - 1) break;
    cutAfter(i);
    if (++made >= bins - 1) break;
    held = 0;
    if (isBig[i]) continue;
    binsLeft--;
    size = rowsLeft / binsLeft;
  }
}

/** The next larger number. */
function nextUp(value: number): number {
  if (!Number.isFinite(value)) return value;
  if (value === 0) return Number.MIN_VALUE;
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  view.setBigInt64(0, view.getBigInt64(0) + (value > 0 ? 1n : -1n));
  return view.getFloat64(0);
}
