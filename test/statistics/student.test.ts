import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { criticalValue, spreadOf, twoSidedTail } from '../../src/statistics/student.ts';

/** Two-sided 90 %, 95 % and 99 % points: Abramowitz and Stegun (1964), table 26.10, to three decimals. */
const published: [degrees: number, p90: number, p95: number, p99: number][] = [
  [1, 6.314, 12.706, 63.657],
  [2, 2.92, 4.303, 9.925],
  [3, 2.353, 3.182, 5.841],
  [4, 2.132, 2.776, 4.604],
  [5, 2.015, 2.571, 4.032],
  [10, 1.812, 2.228, 3.169],
  [30, 1.697, 2.042, 2.75],
  [120, 1.658, 1.98, 2.617],
  [Infinity, 1.645, 1.96, 2.576],
];

describe("Student's t", () => {
  test.each(published)('with %d degrees of freedom has the published percentage points', (degrees, ...points) => {
    [0.9, 0.95, 0.99].forEach((confidence, i) => expect(criticalValue(confidence, degrees)).toBeCloseTo(points[i], 3));
  });

  test('has the tails that one and two degrees have in closed form', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 50, noNaN: true }), (t) => {
        expect(twoSidedTail(t, 1)).toBeCloseTo(1 - (2 / Math.PI) * Math.atan(t), 12);
        expect(twoSidedTail(-t, 2)).toBeCloseTo(1 - t / Math.sqrt(2 + t * t), 12);
      }),
    );
  });

  test('has the tails that integrating its density gives, for any degrees', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.5, max: 200, noNaN: true }),
        fc.double({ min: 0, max: 6, noNaN: true }),
        (nu, t) => {
          // t = √ν tan θ turns the density into cos^(ν − 1) θ, which is integrated by Simpson's rule; the whole is 1.
          const integral = (from: number, to: number) => {
            const steps = 20_000;
            const f = (i: number) => Math.cos(from + (i / steps) * (to - from)) ** (nu - 1);
            // At the pole of ν < 1 the last point is left out, which costs less than the tolerance.
            const inner = Array.from({ length: steps - 1 }, (_, i) => (i % 2 === 0 ? 4 : 2) * f(i + 1));
            const ends = f(0) + (to === Math.PI / 2 ? 0 : f(steps));
            return ((to - from) / steps / 3) * (ends + inner.reduce((sum, value) => sum + value, 0));
          };
          const inside = integral(0, Math.atan(t / Math.sqrt(nu)));
          const all = integral(0, Math.PI / 2);
          expect(Math.abs(twoSidedTail(t, nu) - (1 - inside / all))).toBeLessThan(nu < 1.5 ? 0.02 : 1e-4);
        },
      ),
      { numRuns: 50 },
    );
  });

  test('has critical values that cut off exactly what is not covered', () => {
    const confidences = fc.double({ min: 0.01, max: 0.999, noNaN: true });
    fc.assert(
      fc.property(confidences, fc.double({ min: 1, max: 1e6, noNaN: true }), (confidence, degrees) => {
        expect(twoSidedTail(criticalValue(confidence, degrees), degrees)).toBeCloseTo(1 - confidence, 9);
      }),
    );
  });
});

describe('the spread of repeated runs', () => {
  test('is mean, deviation and t-interval', () => {
    // By hand: mean 43, deviation 1, half width 4.303 · 1 / √3.
    const { mean, deviation, interval } = spreadOf([42, 43, 44], 0.95);
    expect({ mean, deviation }).toEqual({ mean: 43, deviation: 1 });
    expect(interval!.low).toBeCloseTo(43 - 4.303 / Math.sqrt(3), 3);
    expect(interval!.high).toBeCloseTo(43 + 4.303 / Math.sqrt(3), 3);
  });

  test('of one run is its value, and no more is known', () => {
    expect(spreadOf([42], 0.95)).toEqual({ mean: 42 });
  });
});
