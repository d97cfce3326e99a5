import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { adamDefaults, adamUpdate, squaredNorm, zeroMoments } from '../../../src/tensor/adam.ts';
import { ParameterSet } from '../../../src/tensor/parameter-set.ts';
import { useBackend } from '../../support/operators/backends.ts';
import { normal } from '../../support/operators/case.ts';
import { describeEachSet } from '../../support/operators/sizes.ts';

const sizes = fc.record({
  rows: fc.integer({ min: 1, max: 40 }),
  columns: fc.integer({ min: 1, max: 40 }),
  more: fc.integer({ min: 0, max: 9 }),
  update: fc.integer({ min: 1, max: 5000 }),
  scale: fc.constantFrom<number>(1, 0.01),
  seed: fc.nat(1e6),
});
type Sizes = typeof sizes extends fc.Arbitrary<infer T> ? T : never;

/**
 * One update of the leading corner of a parameter `[rows + more, columns + more]`; the arrays
 * that it changes, and the gradient.
 */
function updated({ rows, columns, more, update, scale, seed }: Sizes) {
  const shape = [rows + more, columns + more];
  const parameters = new ParameterSet();
  parameters.entries.set('w', normal(shape, seed));
  const moments = zeroMoments(parameters);
  const [first, second] = [moments.first.get('w').data, moments.second.get('w').data];
  first.set(normal(shape, seed + 1).data);
  second.set(normal(shape, seed + 2).data.map((value) => value * value));
  const before = [parameters.get('w').data, first, second].map((values) => values.slice());
  const gradient = normal([rows, columns], seed + 3).data;
  adamUpdate('w', parameters.get('w'), moments, [rows, columns], { gradient, scale, rate: 0.01, update });
  return { before, after: [parameters.get('w').data, first, second], gradient, stride: columns + more };
}

describeEachSet('the optimiser on %s', (isa) => {
  test("updates a corner as Kingma and Ba's formulas in double precision do, and nothing else", async () => {
    await useBackend(isa);
    fc.assert(
      fc.property(sizes, (tried) => {
        const { before, after, gradient, stride } = updated(tried);
        const { rows, columns, update, scale } = tried;
        const { beta1, beta2, epsilon, weightDecay } = adamDefaults;
        for (let i = 0; i < before[0].length; i++) {
          const [row, column] = [Math.floor(i / stride), i % stride];
          let [w, m, v] = before.map((values) => values[i]);
          if (row < rows && column < columns) {
            const g = scale * gradient[row * columns + column];
            m = beta1 * m + (1 - beta1) * g;
            v = beta2 * v + (1 - beta2) * g * g;
            w -=
              0.01 * weightDecay * w
              + (0.01 * (Math.sqrt(1 - beta2 ** update) / (1 - beta1 ** update)) * m) / (Math.sqrt(v) + epsilon);
          }
          [w, m, v].forEach((value, part) => {
            if (Math.abs(after[part][i] - value) > 1e-5 * Math.max(1, Math.abs(value)))
              expect({ part, i, is: after[part][i] }).toEqual({ part, i, is: value });
          });
        }
      }),
      { numRuns: 30 },
    );
  });

  test('gives the same bits for any number of threads', async () => {
    const results: Float32Array[][] = [];
    for (const threads of [1, 2, 3, 8, 3]) {
      await useBackend(isa, threads);
      results.push(updated({ rows: 301, columns: 401, more: 3, update: 7, scale: 0.01, seed: 1 }).after);
    }
    const bits = results.map((parts) => parts.map(({ buffer }) => Buffer.from(buffer).toString('base64')).join());
    expect(new Set(bits).size).toBe(1);
  });

  test('sums squares to the precision of doubles, in the same bits for any number of threads', async () => {
    for (const length of [0, 1, 31, 100_003]) {
      const values = normal([length], length).data;
      const norms: number[] = [];
      for (const threads of [1, 2, 3, 8, 3]) {
        await useBackend(isa, threads);
        norms.push(squaredNorm(values));
      }
      let sum = 0;
      for (const value of values) sum += value * value;
      expect(Math.abs(norms[0] - sum)).toBeLessThanOrEqual(1e-12 * sum);
      expect(new Set(norms).size).toBe(1);
    }
  });
});
