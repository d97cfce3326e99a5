import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { kendallTau, meanTau, tauInterval } from '../../src/statistics/kendall.ts';
import { RandomStream } from '../../src/tensor/random.ts';

/** By counts of concordant and discordant pairs and of ties: (P − Q) / √((P + Q + T)(P + Q + U)), as SciPy documents it. */
function byCounts(x: readonly number[], y: readonly number[]): number | undefined {
  let [p, q, t, u] = [0, 0, 0, 0];
  x.forEach((_, i) =>
    x.slice(0, i).forEach((_, j) => {
      if (x[i] === x[j] && y[i] === y[j]) return;
      if (x[i] === x[j]) t++;
      else if (y[i] === y[j]) u++;
      else if (x[i] < x[j] === y[i] < y[j]) p++;
      else q++;
    }),
  );
  const tau = (p - q) / Math.sqrt((p + q + t) * (p + q + u));
  return Number.isNaN(tau) ? undefined : tau;
}

const measures = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 6 }), fc.integer({ min: 0, max: 6 }), fc.integer({ min: 0, max: 2 })), {
    minLength: 1,
    maxLength: 20,
  })
  .map((rows) => ({
    predicted: rows.map(([a]) => a),
    actual: rows.map(([, b]) => b),
    groups: rows.map(([, , group]) => group),
  }));
const close = (a: number | undefined, b: number | undefined) =>
  a === undefined || b === undefined ? expect(a).toBe(b) : expect(a).toBeCloseTo(b, 12);

describe("Kendall's τ-b", () => {
  const ascending = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
  test.each<[string, number[], number[], number]>([
    // The example of scipy.stats.kendalltau, then cases of its own tests (test_stats.py, test_kendalltau).
    ['the example', [12, 2, 1, 12, 2], [1, 4, 7, 1, 0], -0.4714045207910316],
    ['two values swapped', ascending, [0, 2, 1, 3, 4, 5, 6, 7, 8, 9], 0.9555555555555556],
    ['two more', ascending, [0, 2, 1, 3, 4, 6, 5, 7, 8, 9], 0.9111111111111111],
    ['the opposite direction', ascending, ascending.toReversed(), -1],
    ['as many pairs in order as not', [5, 2, 1, 3, 6, 4, 7, 8], [5, 2, 6, 3, 1, 8, 7, 4], 0],
  ])('has the value that SciPy publishes: %s', (_, predicted, actual, value) => {
    expect(kendallTau({ predicted, actual })).toBeCloseTo(value, 14);
  });

  test('is what counts of pairs give, over all ties', () => {
    fc.assert(
      fc.property(measures, ({ predicted, actual }) =>
        close(kendallTau({ predicted, actual }), byCounts(predicted, actual)),
      ),
    );
  });

  test('within groups is that of their pairs alone', () => {
    fc.assert(
      fc.property(measures, ({ predicted, actual, groups }) => {
        let [agreement, a, b] = [0, 0, 0];
        for (const group of [0, 1, 2]) {
          const members = groups.flatMap((each, i) => (each === group ? [i] : []));
          for (const i of members)
            for (const j of members) {
              agreement += Math.sign(predicted[i] - predicted[j]) * Math.sign(actual[i] - actual[j]);
              a += Number(predicted[i] !== predicted[j]);
              b += Number(actual[i] !== actual[j]);
            }
        }
        close(kendallTau({ predicted, actual }, groups), a * b === 0 ? undefined : agreement / Math.sqrt(a * b));
      }),
    );
  });

  test('with copies is that of the list with these copies', () => {
    fc.assert(
      fc.property(measures, ({ predicted, actual, groups: copies }) => {
        const repeat = (values: number[]) => values.flatMap((value, i) => Array<number>(copies[i]).fill(value));
        close(kendallTau({ predicted, actual }, undefined, copies), byCounts(repeat(predicted), repeat(actual)));
      }),
    );
  });

  test('of several trials is their mean, and undefined where one of them is', () => {
    const up = { predicted: [1, 2, 3], actual: [1, 2, 3] };
    const mixed = { predicted: [1, 2, 3], actual: [2, 1, 3] };
    expect(meanTau([up, mixed])).toBeCloseTo((1 + 1 / 3) / 2, 12);
    expect(meanTau([up, { predicted: [1, 1, 1], actual: [1, 2, 3] }])).toBeUndefined();
  });
});

describe('its bootstrap interval', () => {
  const draws = (name: string) => {
    const random = new RandomStream(1, name);
    return (limit: number) => random.integer(limit);
  };

  test('covers the true value as often as it says', () => {
    // Of normal variables with correlation ρ, τ is 2/π · arcsin ρ.
    const [rho, items, repeats] = [0.6, 40, 100];
    const tau = (2 / Math.PI) * Math.asin(rho);
    const random = new RandomStream(1, 'values');
    let covered = 0;
    let widths = 0;
    for (let repeat = 0; repeat < repeats; repeat++) {
      const predicted = Array.from({ length: items }, () => random.normal());
      const actual = predicted.map((x) => rho * x + Math.sqrt(1 - rho ** 2) * random.normal());
      const { low, high } = tauInterval([{ predicted, actual }], 120, (limit) => random.integer(limit))!;
      if (low <= tau && tau <= high) covered++;
      widths += high - low;
    }
    // Binomial(100, .95) is 87 or more in 99.9 % of the cases.
    expect(covered).toBeGreaterThanOrEqual(87);
    // No wider than need be: four standard errors of τ are about .4.
    expect(widths / repeats).toBeLessThan(0.45);
  });

  test('is of no width where all resamples agree, and undefined where none has anything to compare', () => {
    const line = { predicted: [1, 2, 3, 4], actual: [10, 20, 30, 40] };
    expect(tauInterval([line], 100, draws('a'))).toEqual({ low: 1, high: 1 });
    expect(tauInterval([line], 100, draws('a'), [1, 2, 3, 4])).toBeUndefined();
  });
});
