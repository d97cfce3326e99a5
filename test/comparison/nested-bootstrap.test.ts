import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { differenceOfMeans } from '../../src/comparison/difference.ts';
import { measured, resampledMeans, type Runs } from '../../src/comparison/nested-bootstrap.ts';
import { bleuMeasure, lossMeasure } from '../../src/comparison/results.ts';
import { varianceOf } from '../../src/statistics/student.ts';
import { RandomStream } from '../../src/tensor/random.ts';
import { corpusCounts, bleuOf } from '../../src/text/bleu/score.ts';
import { binomialBounds } from '../support/statistics.ts';

/** A stream of its own for each name. */
function drawing(name: string, resamples: number) {
  const random = new RandomStream(1, name);
  return { resamples, draw: (limit: number) => random.integer(limit) };
}

/** Rows of loss and tokens. */
const table = (...rows: [number, number][]) => Float64Array.from(rows.flat());

/** All tuples of so many numbers below a limit. */
function tuples(length: number, limit: number): number[][] {
  if (length === 0) return [[]];
  return tuples(length - 1, limit).flatMap((rest) => Array.from({ length: limit }, (_, i) => [...rest, i]));
}

/** Loss a token of the drawn sentences. */
const lossOf = (run: Float64Array, sample: readonly number[]) =>
  sample.reduce((sum, i) => sum + run[2 * i], 0) / sample.reduce((sum, i) => sum + run[2 * i + 1], 0);
const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('the nested bootstrap', () => {
  const first: Runs = [table([3, 1], [2, 2], [9, 4]), table([2, 1], [3, 2], [7, 4])];
  const second: Runs = [table([1, 1], [5, 2], [8, 4]), table([2, 1], [4, 2], [6, 4]), table([3, 1], [1, 2], [9, 4])];

  test('draws each outcome as often as all resamples, counted out, have it', () => {
    // 27 draws of sentences, times one of two runs, times two of three: each outcome equally likely.
    const outcomes = tuples(3, 3).flatMap((sample) =>
      tuples(1, 2).flatMap((runs) =>
        tuples(2, 3).map((others) => {
          const a = meanOf(runs.map((run) => lossOf(first[run], sample)));
          const b = meanOf(others.map((run) => lossOf(second[run], sample)));
          return (a - b).toFixed(9);
        }),
      ),
    );
    const resamples = 40_000;
    const [a, b] = resampledMeans([first, second], lossMeasure, drawing('enumeration', resamples));
    const drawn = new Map<string, number>();
    for (let i = 0; i < resamples; i++) {
      const outcome = (a[i] - b[i]).toFixed(9);
      drawn.set(outcome, (drawn.get(outcome) ?? 0) + 1);
    }
    const expected = new Map<string, number>();
    for (const outcome of outcomes) expected.set(outcome, (expected.get(outcome) ?? 0) + 1 / outcomes.length);
    expect(expected.size).toBeGreaterThan(50);
    for (const outcome of drawn.keys()) expect(expected.has(outcome)).toBe(true);
    for (const [outcome, share] of expected) {
      const { least, most } = binomialBounds(resamples, share);
      expect(drawn.get(outcome) ?? 0).toBeGreaterThanOrEqual(least);
      expect(drawn.get(outcome) ?? 0).toBeLessThanOrEqual(most);
    }
  });

  test('of runs that differ in all sentences alike has the variance of a mean of so many runs', () => {
    for (const values of [
      [1, 4],
      [1, 2, 6],
      [3, 1, 4, 1, 5],
    ]) {
      const runs = values.map((value) => table([value, 1], [value, 1]));
      const [means] = resampledMeans([runs], lossMeasure, drawing(`variance ${values.length}`, 40_000));
      expect(varianceOf(means) / (varianceOf(values) / values.length)).toBeCloseTo(1, 1);
      expect(meanOf([...means])).toBeCloseTo(meanOf(values), 1);
    }
  });

  test('draws the same sentences for all systems, so that equal ones never differ', () => {
    const [run] = second;
    const [a, b] = resampledMeans([[run], [run]], lossMeasure, drawing('paired', 200));
    expect(a).toEqual(b);
    expect(varianceOf(a)).toBeGreaterThan(0);
  });

  test('measures BLEU as the scorer does', () => {
    const words = fc
      .array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 9 })
      .map((each) => each.join(' '));
    fc.assert(
      fc.property(fc.array(fc.tuple(words, words), { minLength: 2, maxLength: 8 }), (pairs) => {
        const counts = corpusCounts(
          pairs.map(([hypothesis]) => hypothesis),
          pairs.map(([, reference]) => reference),
        );
        const rows = counts.flatMap(({ matches, totals, hypothesisLength, referenceLength }) => [
          ...matches,
          ...totals,
          hypothesisLength,
          referenceLength,
        ]);
        expect(measured(Float64Array.from(rows), bleuMeasure)).toBeCloseTo(bleuOf(counts).score, 9);
      }),
    );
  });
});

describe('the difference of two systems', () => {
  const resampled = (values: number[], means: number[]) => ({ values, means: Float64Array.from(means) });

  test('of single runs has the interval that the resamples give a normal distribution', () => {
    const { difference, interval, pValue } = differenceOfMeans(
      resampled([5], [4, 5, 6, 5]),
      resampled([3], [3, 3, 3, 3]),
      0.95,
    );
    // Variance of 1, 2, 3, 2: 2/3.
    expect(difference).toBe(2);
    expect(interval.high).toBeCloseTo(2 + 1.96 * Math.sqrt(2 / 3), 3);
    expect(interval.low).toBeCloseTo(2 - 1.96 * Math.sqrt(2 / 3), 3);
    // Beyond 2 / √(2/3) = 2.449 lie 1.4 %, and four resamples do not tell less than three quarters.
    expect(pValue).toBe(3 / 4);
  });

  test("of runs alone is Welch's test, as in a published example", () => {
    // Wikipedia, "Welch's t-test", example 1: t = −2.46 with 25.0 degrees of freedom, P = 0.021.
    const a = [27.5, 21, 19, 23.6, 17, 17.9, 16.9, 20.1, 21.9, 22.6, 23.1, 19.6, 19, 21.7, 21.4];
    const b = [27.1, 22, 20.8, 23.4, 23.4, 23.5, 25.8, 22, 24.8, 20.2, 21.9, 22.1, 22.9, 20.5, 24.4];
    const none = new Array<number>(1000).fill(0);
    const { difference, interval, pValue } = differenceOfMeans(resampled(a, none), resampled(b, none), 0.95);
    expect(pValue).toBeCloseTo(0.021, 3);
    // The published point of 25 degrees is 2.060.
    const half = interval.high - difference;
    expect((difference / half) * 2.06).toBeCloseTo(-2.46, 2);
  });

  test('of systems that never differ is certain to be none, and one that always is has the least p', () => {
    const same = differenceOfMeans(resampled([3], [3, 3, 3]), resampled([3], [3, 3, 3]), 0.95);
    expect(same).toEqual({ difference: 0, interval: { low: 0, high: 0 }, pValue: 1 });
    const often = (value: number) => resampled([value], new Array<number>(100).fill(value));
    expect(differenceOfMeans(often(4), often(3), 0.95).pValue).toBe(3 / 100);
  });

  test('lies within its interval as often as is said, whether seeds or sentences vary more', () => {
    // Two systems of the same worth. A score is the sum of what a sentence, a seed, and each by itself make of it.
    const experiments = 250;
    const covered = ({ seeds, ofSeed, ofSentence }: { seeds: number; ofSeed: number; ofSentence: number }) => {
      const random = new RandomStream(7, 'coverage', seeds, ofSeed, ofSentence);
      let inside = 0;
      for (let e = 0; e < experiments; e++) {
        const hardness = Array.from({ length: 60 }, () => 3 * random.normal());
        const systems = [0, 1].map(() => {
          const own = hardness.map(() => ofSentence * random.normal());
          return Array.from({ length: seeds }, () => {
            const luck = ofSeed * random.normal();
            return table(
              ...hardness.map((hard, i): [number, number] => [hard + own[i] + luck + 0.5 * random.normal(), 1]),
            );
          });
        });
        const means = resampledMeans(systems, lossMeasure, { resamples: 150, draw: (limit) => random.integer(limit) });
        const [a, b] = systems.map((runs, s) => ({
          values: runs.map((run) => measured(run, lossMeasure)),
          means: means[s],
        }));
        const { interval } = differenceOfMeans(a, b, 0.95);
        if (interval.low <= 0 && interval.high >= 0) inside++;
      }
      return inside;
    };
    const { least } = binomialBounds(experiments, 0.95, 1e-3);
    const found = [
      { seeds: 3, ofSeed: 0.5, ofSentence: 0.5 },
      { seeds: 3, ofSeed: 0.1, ofSentence: 1.5 },
      { seeds: 2, ofSeed: 0.5, ofSentence: 1 },
      { seeds: 1, ofSeed: 0, ofSentence: 1 },
    ].map((design) => ({ ...design, inside: covered(design) }));
    for (const { inside } of found) expect(inside).toBeGreaterThanOrEqual(least);
  });
});
