import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { objectives } from '../../src/boosting/objectives.ts';

const drawn = fc
  .array(fc.tuple(fc.double({ min: -3, max: 3, noNaN: true }), fc.integer({ min: 0, max: 5 })), {
    minLength: 2,
    maxLength: 12,
  })
  .map((items) => ({ scores: items.map(([score]) => score), targets: items.map(([, target]) => target) }));

/** What derivatives are of: the sum over pairs by its definition, over rows less one; half the sum of squares. */
const sums: Record<keyof typeof objectives, (scores: number[], targets: number[]) => number> = {
  pairwise: (scores, targets) => {
    let sum = 0;
    targets.forEach((a, i) =>
      targets.forEach((b, j) => {
        if (a > b) sum += Math.log(1 + Math.exp(scores[j] - scores[i]));
      }),
    );
    return sum / (targets.length - 1);
  },
  regression: (scores, targets) => targets.reduce((sum, target, i) => sum + (scores[i] - target) ** 2 / 2, 0),
};

describe.each(['regression', 'pairwise'] as const)('%s', (name) => {
  const { derivatives, start, loss } = objectives[name];
  const sum = sums[name];

  test('has the derivatives that differences of its sum have', () => {
    const step = 1e-3;
    fc.assert(
      fc.property(drawn, ({ scores, targets }) => {
        const { gradients, curvatures } = derivatives(scores, targets);
        const middle = sum(scores, targets);
        scores.forEach((score, i) => {
          const [up, down] = [step, -step].map((by) => sum(scores.with(i, score + by), targets));
          expect(gradients[i]).toBeCloseTo((up - down) / (2 * step), 5);
          expect(curvatures[i]).toBeCloseTo((up - 2 * middle + down) / step ** 2, 4);
        });
      }),
    );
  });

  test('falls against the gradient, from the score that it begins with', () => {
    fc.assert(
      fc.property(drawn, ({ targets }) => {
        fc.pre(new Set(targets).size > 1);
        const scores = targets.map(() => start(targets));
        const { gradients } = derivatives(scores, targets);
        const moved = scores.map((score, i) => score - 0.01 * gradients[i]);
        expect(loss(moved, targets)).toBeLessThan(loss(scores, targets));
      }),
    );
  });
});

test('the pairwise loss is the mean over pairs: ln 2 where all scores are the same, nothing where all targets are', () => {
  expect(objectives.pairwise.loss([7, 7, 7], [1, 2, 3])).toBeCloseTo(Math.LN2, 12);
  expect(objectives.pairwise.loss([1, 2, 3], [4, 4, 4])).toBe(0);
  // Far apart: the loss is the distance, without overflow.
  expect(objectives.pairwise.loss([1000, 0], [0, 1])).toBeCloseTo(1000, 9);
});
