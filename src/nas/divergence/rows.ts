import * as tf from '@tensorflow/tfjs-core';
import { special } from '../../model/architecture.ts';
import { NotFiniteError } from '../../model/trainer.ts';
import { valuesOf } from '../../tensor/host.ts';

/**
 * What `compute` gives, its tensors disposed of. `tf.tidy` alone would look at every value of
 * its result, in search of tensors.
 */
export function tidied<Result>(compute: () => Result): Result {
  let result: Result;
  tf.tidy(() => {
    result = compute();
  });
  return result!;
}

/**
 * The rows of `x [size, length, d]` that stand at tokens, padding left out: `[tokens, d]`. Throws `NotFiniteError`
 * where one is not finite, which no measure would survive.
 *
 * @param ids `[size, length]`
 */
export function tokenRows(x: tf.Tensor, ids: Int32Array): Float32Array {
  const values = valuesOf(x);
  const width = values.length / ids.length;
  const rows = new Float32Array(countTokens(ids) * width);
  let to = 0;
  ids.forEach((id, at) => {
    if (id === special.padding) return;
    rows.set(values.subarray(at * width, (at + 1) * width), to);
    to += width;
  });
  if (!rows.every(Number.isFinite)) {
    throw new NotFiniteError(
      'A subnet has outputs that are not finite: the supernet diverged. '
        + 'Train it with a lower learning rate or a longer warm-up.',
    );
  }
  return rows;
}

export function countTokens(ids: Int32Array): number {
  return ids.reduce((count, id) => (id === special.padding ? count : count + 1), 0);
}

/**
 * Each of the rows `[n, width]` to zero mean and unit variance, as layer normalisation without gain and bias. A row
 * that is constant up to the rounding of its values has no direction and becomes zeros.
 */
export function standardise(rows: Float32Array, width: number): Float32Array {
  const standardised = new Float32Array(rows.length);
  forEachMoment(rows, width, (start, mean, variance) => {
    if (variance <= (mean * roundoff) ** 2) return;
    const inverse = 1 / Math.sqrt(variance);
    for (let i = start; i < start + width; i++) standardised[i] = (rows[i] - mean) * inverse;
  });
  return standardised;
}

/** Variance of each of the rows `[n, width]` over its channels. */
export function rowVariances(rows: Float32Array, width: number): Float64Array {
  const variances = new Float64Array(rows.length / width);
  forEachMoment(rows, width, (start, _, variance) => {
    variances[start / width] = variance;
  });
  return variances;
}

/**
 * Mean squared difference of each row of two standardised `[n, width]`: 0 where they are the
 * same, 2 on average where unrelated.
 */
export function rowDivergences(a: Float32Array, b: Float32Array, width: number): Float64Array {
  const [left, right] = [standardise(a, width), standardise(b, width)];
  const divergences = new Float64Array(a.length / width);
  left.forEach((value, i) => {
    divergences[Math.floor(i / width)] += (value - right[i]) ** 2 / width;
  });
  return divergences;
}

/** Half the distance of neighbouring float32 values, relative. */
const roundoff = 2 ** -24;

function forEachMoment(
  rows: Float32Array,
  width: number,
  visit: (start: number, mean: number, variance: number) => void,
): void {
  for (let start = 0; start < rows.length; start += width) {
    let mean = 0;
    for (let i = start; i < start + width; i++) mean += rows[i] / width;
    let variance = 0;
    for (let i = start; i < start + width; i++) variance += (rows[i] - mean) ** 2 / width;
    visit(start, mean, variance);
  }
}
