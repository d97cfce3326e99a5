import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { adamUpdate, zeroMoments } from '../../src/tensor/adam.ts';
import { ParameterSet } from '../../src/tensor/parameter-set.ts';
import { learningRate } from '../../src/model/schedule.ts';

/**
 * Adam of one number, step by step as in Kingma and Ba's Algorithm 1 (last variant of section 2),
 * decay as Loshchilov and Hutter.
 */
class ScalarAdam {
  m = 0;
  v = 0;
  constructor(public p: number) {}

  step(g: number, rate: number, t: number, decay: number): void {
    this.p -= rate * decay * this.p;
    this.m = 0.9 * this.m + 0.1 * g;
    this.v = 0.98 * this.v + 0.02 * g * g;
    const alpha = (rate * Math.sqrt(1 - 0.98 ** t)) / (1 - 0.9 ** t);
    this.p -= (alpha * this.m) / (Math.sqrt(this.v) + 1e-8);
  }
}

function one(shape: number[], data: Float32Array): ParameterSet {
  const set = new ParameterSet();
  set.entries.set('w', { shape, data });
  return set;
}

const numbers = (length: number) =>
  fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: length, maxLength: length });

describe('Adam', () => {
  test('follows the scalar algorithm for every element', () => {
    fc.assert(
      fc.property(
        numbers(6),
        fc.array(numbers(6), { minLength: 1, maxLength: 12 }),
        fc.constantFrom(0, 1e-4, 0.1),
        (start, gradients, weightDecay) => {
          const weights = one([2, 3], Float32Array.from(start));
          const moments = zeroMoments(weights);
          const scalars = start.map((p) => new ScalarAdam(p));
          gradients.forEach((gradient, i) => {
            adamUpdate(
              'w',
              weights.get('w'),
              moments,
              [2, 3],
              { gradient: Float32Array.from(gradient), scale: 1, rate: 0.01, update: i + 1 },
              { beta1: 0.9, beta2: 0.98, epsilon: 1e-8, weightDecay },
            );
            scalars.forEach((scalar, at) => scalar.step(Math.fround(gradient[at]), 0.01, i + 1, weightDecay));
          });
          scalars.forEach(({ p }, at) => {
            // Near 1e-8, ε decides, and single precision of m and √v with it.
            if (gradients.every((gradient) => gradient[at] === 0 || Math.abs(gradient[at]) > 1e-5))
              expect(Math.abs(weights.get('w').data[at] - p)).toBeLessThan(2e-6);
          });
        },
      ),
    );
  });

  test('moves by the rate at first, whatever the size of the gradient', () => {
    const weights = one([3], Float32Array.of(1, 1, 1));
    adamUpdate(
      'w',
      weights.get('w'),
      zeroMoments(weights),
      [3],
      { gradient: Float32Array.of(1e-3, -5, 0), scale: 1, rate: 0.25, update: 1 },
      { beta1: 0.9, beta2: 0.98, epsilon: 1e-8, weightDecay: 0 },
    );
    expect(weights.get('w').data[0]).toBeCloseTo(0.75, 4);
    expect(weights.get('w').data[1]).toBeCloseTo(1.25, 4);
    expect(weights.get('w').data[2]).toBe(1);
  });

  test('decays weights by rate · decay, gradient or not', () => {
    const weights = one([1], Float32Array.of(4));
    adamUpdate(
      'w',
      weights.get('w'),
      zeroMoments(weights),
      [1],
      { gradient: Float32Array.of(0), scale: 1, rate: 0.5, update: 1 },
      { beta1: 0.9, beta2: 0.98, epsilon: 1e-8, weightDecay: 0.1 },
    );
    expect(weights.get('w').data[0]).toBeCloseTo(3.8, 6);
  });

  test('of a corner touches nothing outside of it, neither weights nor moments', () => {
    fc.assert(
      fc.property(
        fc.tuple(
          fc.integer({ min: 1, max: 5 }),
          fc.integer({ min: 1, max: 5 }),
          fc.integer({ min: 1, max: 5 }),
          fc.integer({ min: 1, max: 5 }),
        ),
        ([a, b, c, d]) => {
          const [rows, columns, height, width] = [Math.max(a, b), Math.max(c, d), Math.min(a, b), Math.min(c, d)];
          const weights = one([rows, columns], new Float32Array(rows * columns).fill(7));
          const moments = zeroMoments(weights);
          adamUpdate('w', weights.get('w'), moments, [height, width], {
            gradient: new Float32Array(height * width).fill(1),
            scale: 1,
            rate: 0.1,
            update: 1,
          });
          for (let row = 0; row < rows; row++) {
            for (let column = 0; column < columns; column++) {
              const inside = row < height && column < width;
              const at = row * columns + column;
              expect(weights.get('w').data[at] !== 7).toBe(inside);
              expect(moments.first.get('w').data[at] !== 0).toBe(inside);
              expect(moments.second.get('w').data[at] !== 0).toBe(inside);
            }
          }
        },
      ),
    );
  });

  test('of a corner does what it does to a matrix of that size', () => {
    const gradient = Float32Array.of(0.5, -1, 2, 0.1);
    const whole = one(
      [3, 4],
      Float32Array.from({ length: 12 }, (_, i) => i),
    );
    const corner = one([2, 2], Float32Array.of(0, 1, 4, 5));
    adamUpdate('w', whole.get('w'), zeroMoments(whole), [2, 2], { gradient, scale: 1, rate: 0.1, update: 1 });
    adamUpdate('w', corner.get('w'), zeroMoments(corner), [2, 2], { gradient, scale: 1, rate: 0.1, update: 1 });
    expect([0, 1, 4, 5].map((at) => whole.get('w').data[at])).toEqual([...corner.get('w').data]);
  });

  test('of a corner that does not fit is refused', () => {
    const weights = one([2, 2], new Float32Array(4));
    expect(() =>
      adamUpdate('w', weights.get('w'), zeroMoments(weights), [3, 1], {
        gradient: new Float32Array(3),
        scale: 1,
        rate: 0.1,
        update: 1,
      }),
    ).toThrow('does not fit into "w"');
    expect(() =>
      adamUpdate('w', weights.get('w'), zeroMoments(weights), [2], {
        gradient: new Float32Array(2),
        scale: 1,
        rate: 0.1,
        update: 1,
      }),
    ).toThrow('does not fit into "w"');
  });
});

describe('the learning rate', () => {
  const schedule = { peak: 5e-4, initial: 1e-7, warmup: 10_000 };

  test('rises linearly to its peak at the end of warm-up', () => {
    expect(learningRate(schedule, 5000)).toBeCloseTo((1e-7 + 5e-4) / 2, 12);
    expect(learningRate(schedule, 10_000)).toBeCloseTo(5e-4, 12);
  });

  test('then falls with the inverse square root: 2.24e-4 at 50,000 updates, 1.77e-4 at 80,000', () => {
    expect(learningRate(schedule, 40_000)).toBeCloseTo(2.5e-4, 12);
    expect(learningRate(schedule, 50_000).toExponential(2)).toBe('2.24e-4');
    expect(learningRate(schedule, 80_000).toExponential(2)).toBe('1.77e-4');
  });

  test('without warm-up falls from its peak on', () => {
    expect(learningRate({ ...schedule, warmup: 0 }, 1)).toBe(5e-4);
    expect(learningRate({ ...schedule, warmup: 0 }, 4)).toBe(2.5e-4);
  });
});
