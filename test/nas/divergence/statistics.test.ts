import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { PairMatrix } from '../../../src/nas/divergence/pairwise.ts';
import { bootstrapMeans, distributionOf, histogramOf, ratioInterval } from '../../../src/nas/divergence/statistics.ts';
import { RandomStream } from '../../../src/tensor/random.ts';

function matrixOf(networks: number, distance: (i: number, j: number) => number): PairMatrix {
  return {
    networks,
    values: Float64Array.from({ length: networks ** 2 }, (_, at) => distance(Math.floor(at / networks), at % networks)),
  };
}

/** Squared differences of normal values: their mean is twice the sample variance, whose distribution is known. */
function normalDistances(networks: number, seed: number, scale = 1): PairMatrix {
  const random = new RandomStream(seed, 'values');
  const values = Array.from({ length: networks }, () => scale * random.normal());
  return matrixOf(networks, (i, j) => (values[i] - values[j]) ** 2);
}

const means = (matrix: PairMatrix, resamples = 2000, name = 'resamples') =>
  bootstrapMeans(matrix, resamples, new RandomStream(1, name));

describe('the distribution of pairs', () => {
  test('counts each pair once, with the mean, deviation and bins of its values', () => {
    const matrix = matrixOf(3, (i, j) => [0, 0.01, 0.06, 0.03][i + j]);
    const { pairs, mean, standardDeviation, histogram } = distributionOf(matrix, means(matrix))!;
    expect(pairs).toBe(3);
    expect(mean).toBeCloseTo(0.1 / 3, 12);
    // Population deviation of 0.01, 0.06, 0.03.
    expect(standardDeviation).toBeCloseTo(0.020548046676563257, 12);
    expect(histogram).toEqual({ width: 0.025, counts: [1, 1, 1] });
  });

  test('leaves out pairs that cannot be compared; without any there is none', () => {
    const halves = matrixOf(4, (i, j) => ((i + j) % 2 === 0 ? 0.5 : NaN));
    expect(distributionOf(halves, means(halves))).toMatchObject({
      pairs: 2,
      mean: 0.5,
      interval: { low: 0.5, high: 0.5 },
    });
    const none = matrixOf(2, () => NaN);
    expect(distributionOf(none, means(none))).toBeUndefined();
  });

  test('has a bin for every value', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 4, noNaN: true })), (values) => {
        const counts = histogramOf(values, 0.025);
        counts.forEach((count, bin) =>
          expect(count).toBe(values.filter((value) => Math.floor(value / 0.025) === bin).length),
        );
        expect(counts.reduce((sum, count) => sum + count, 0)).toBe(values.length);
      }),
    );
  });
});

describe('the bootstrap over networks', () => {
  test('gives an interval as wide as the theory of a sample variance has it', () => {
    // Var[s²] = 2σ⁴/(n − 1) for normal values, and the mean of the pairs is 2s². A bootstrap over
    // pairs would give a tenth of that.
    const networks = 200;
    const matrix = normalDistances(networks, 1);
    const {
      mean,
      interval: { low, high },
    } = distributionOf(matrix, means(matrix))!;
    const expected = 2 * 1.96 * mean * Math.sqrt(2 / (networks - 1));
    expect((high - low) / expected).toBeGreaterThan(0.75);
    expect((high - low) / expected).toBeLessThan(1.25);
    expect(low).toBeLessThan(mean);
    expect(high).toBeGreaterThan(mean);
  });

  test('never counts a network against itself', () => {
    expect([
      ...means(
        matrixOf(3, (i, j) => (i === j ? 100 : 1)),
        200,
      ),
    ]).toEqual(Array<number>(200).fill(1));
  });

  test('holds the true quotient of two populations', () => {
    const [wide, narrow] = [normalDistances(150, 2, 1), normalDistances(150, 3, 0.7)];
    const { low, high } = ratioInterval(means(narrow, 1000, 'a'), means(wide, 1000, 'b'));
    expect(low).toBeLessThan(0.49);
    expect(high).toBeGreaterThan(0.49);
    expect(high - low).toBeLessThan(0.49);
  });
});
