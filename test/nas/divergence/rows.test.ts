import { beforeAll, describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { rowDivergences, rowVariances, standardise, tokenRows } from '../../../src/nas/divergence/rows.ts';
import { selectEngine } from '../../../src/tensor/engines/select.ts';
import { RandomStream } from '../../../src/tensor/random.ts';

beforeAll(async () => {
  await selectEngine('cpu');
});

/** Rows of independent normal values. */
function normalRows(rows: number, width: number, seed: number): Float32Array {
  const random = new RandomStream(seed, 'rows');
  return Float32Array.from({ length: rows * width }, () => random.normal());
}

const meanOf = (values: ArrayLike<number>) => Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;

describe('standardising rows', () => {
  test("is TensorFlow's moments, row by row", () => {
    const rows = normalRows(5, 7, 1);
    const { mean, variance } = tf.moments(tf.tensor2d(rows, [5, 7]), 1, true);
    const expected = tf.div(tf.sub(tf.tensor2d(rows, [5, 7]), mean), tf.sqrt(variance)).dataSync();
    standardise(rows, 7).forEach((value, i) => expect(value).toBeCloseTo(expected[i], 5));
    rowVariances(rows, 7).forEach((value, i) => expect(value).toBeCloseTo(variance.dataSync()[i], 5));
  });

  test('takes no notice of scale and offset of a row', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.01, max: 100, noNaN: true }),
        fc.double({ min: -10, max: 10, noNaN: true }),
        (scale, offset) => {
          const rows = normalRows(3, 16, 2);
          const changed = standardise(
            rows.map((value) => scale * value + offset * scale),
            16,
          );
          standardise(rows, 16).forEach((value, i) => expect(changed[i]).toBeCloseTo(value, 3));
        },
      ),
    );
  });

  test('makes zeros of a constant row, whatever its constant', () => {
    fc.assert(
      fc.property(fc.float({ noNaN: true, noDefaultInfinity: true, min: -1000, max: 1000 }), (value) => {
        expect(standardise(new Float32Array(12).fill(value), 6)).toEqual(new Float32Array(12));
      }),
    );
  });
});

describe('the divergence of rows', () => {
  test('is 0 of rows with themselves, 4 with their negatives, and about 2 with unrelated ones', () => {
    const rows = normalRows(400, 100, 3);
    expect(meanOf(rowDivergences(rows, rows, 100))).toBe(0);
    expect(
      meanOf(
        rowDivergences(
          rows,
          rows.map((value) => -value),
          100,
        ),
      ),
    ).toBeCloseTo(4, 5);
    // The mean of 400 correlations of 100 unrelated values deviates by 0.005, divergence by twice that.
    expect(Math.abs(meanOf(rowDivergences(rows, normalRows(400, 100, 4), 100)) - 2)).toBeLessThan(0.05);
  });

  test("is 2 − 2ρ of each row, ρ Pearson's correlation", () => {
    // Of (1 2 3 4) and (1 3 2 4) ρ is 0.8, of (1 2 3 4) and (2 1 4 3) it is 0.6.
    const [first, second] = rowDivergences(
      Float32Array.of(1, 2, 3, 4, 1, 2, 3, 4),
      Float32Array.of(1, 3, 2, 4, 2, 1, 4, 3),
      4,
    );
    expect(first).toBeCloseTo(0.4, 6);
    expect(second).toBeCloseTo(0.8, 6);
  });
});

test('rows at padding are left out, on whichever side it stands', () => {
  const x = tf.tensor3d([
    [
      [1, 2],
      [3, 4],
      [5, 6],
    ],
    [
      [7, 8],
      [9, 10],
      [11, 12],
    ],
  ]);
  expect(tokenRows(x, Int32Array.of(1, 5, 2, 6, 2, 1))).toEqual(Float32Array.of(3, 4, 5, 6, 7, 8, 9, 10));
});
