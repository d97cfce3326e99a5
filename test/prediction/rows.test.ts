import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { predictionError } from '../../src/prediction/error.ts';
import { splitRows } from '../../src/prediction/split.ts';
import { RandomStream } from '../../src/tensor/random.ts';

describe('the split of rows', () => {
  test('loses none, keeps each with its target, and has four fifths and a tenth', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 60 }), (count) => {
        const rows = Array.from({ length: count }, (_, i) => [i]);
        const parts = splitRows({ rows, targets: rows.map(([i]) => 2 * i) }, new RandomStream(1, 'split'));
        const all = [parts.train, parts.valid, parts.test].flatMap((part) =>
          part.rows.map(([i], at) => [i, part.targets[at]]),
        );
        expect(all.sort(([a], [b]) => a - b)).toEqual(rows.map(([i]) => [i, 2 * i]));
        expect(parts.train.rows).toHaveLength(Math.floor((4 * count) / 5));
        expect(parts.valid.rows).toHaveLength(Math.floor(count / 10));
      }),
    );
  });
});

test('the error of predictions is in the unit, in per cent and in order', () => {
  // Off by 3 and 4 of 10 and 20: √(25 / 3), (30 + 20 + 0) / 3 %; of three pairs all are in order.
  const { root, percent, tau } = predictionError({ predicted: [13, 16, 40], actual: [10, 20, 40] });
  expect(root).toBeCloseTo(Math.sqrt(25 / 3), 12);
  expect(percent).toBeCloseTo(50 / 3, 12);
  expect(tau).toBe(1);
  expect(predictionError({ predicted: [5, 5], actual: [4, 6] })).not.toHaveProperty('tau');
});
