import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { geometricMean, median } from '../../../bench/support/statistics.ts';

const numbers = fc.array(fc.double({ min: 0.01, max: 100, noNaN: true }), { minLength: 1, maxLength: 20 });

describe('median', () => {
  test('has as many values below it as above, and leaves the order of the values alone', () => {
    fc.assert(
      fc.property(numbers, (values) => {
        const given = [...values];
        const middle = median(values);
        expect(values.filter((value) => value < middle).length).toBeLessThanOrEqual(values.length / 2);
        expect(values.filter((value) => value > middle).length).toBeLessThanOrEqual(values.length / 2);
        expect(values).toEqual(given);
      }),
      { seed: 1 },
    );
  });

  test('is the mean of the two in the middle, compared as numbers', () => {
    expect(median([100, 9, 1, 20])).toBe(14.5);
  });
});

describe('geometricMean', () => {
  test('is the root of the product', () => {
    expect(geometricMean([2, 8])).toBeCloseTo(4, 12);
    expect(geometricMean([0.5, 2, 27])).toBeCloseTo(3, 12);
  });

  test('of inverse ratios is the inverse', () => {
    fc.assert(
      fc.property(numbers, (values) => {
        expect(geometricMean(values) * geometricMean(values.map((value) => 1 / value))).toBeCloseTo(1, 9);
      }),
      { seed: 1 },
    );
  });
});
