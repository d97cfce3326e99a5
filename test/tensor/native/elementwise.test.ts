import { expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { activate } from '../../../src/tensor/ops/activation.ts';
import { evaluate, expectAgreement } from '../../support/operators/agreement.ts';
import { useBackend } from '../../support/operators/backends.ts';
import {
  activationCase,
  type Arithmetic,
  binaryCase,
  dropoutCase,
  softmaxCase,
} from '../../support/operators/elementwise.ts';
import {
  describeEachSet,
  describeNative,
  length,
  runs,
  seed,
  sentences,
  width,
} from '../../support/operators/sizes.ts';

describeNative('the native engine, the plain definition and double precision agree, forward and backward, for', () => {
  test.each(['relu', 'leaky-relu', 'swish'] as const)('%s', (name) =>
    fc.assert(
      fc.asyncProperty(sentences, width, seed, (sentences, width, seed) =>
        expectAgreement(activationCase(name, [...sentences, width], seed), seed),
      ),
      runs,
    ),
  );

  const arithmetic = fc.constantFrom<Arithmetic>('add', 'sub', 'mul');

  test('sums, differences and products, with either side repeated along some axes', () =>
    fc.assert(
      fc.asyncProperty(
        arithmetic,
        sentences,
        width,
        fc.integer({ min: 0, max: 8 }),
        fc.boolean(),
        seed,
        async (name, [batch, length], width, way, turned, seed) => {
          const whole = [batch, length, width];
          const other = [
            whole,
            [width],
            [length, width],
            [batch, length, 1],
            [1, 1, width],
            [batch, 1, width],
            [1],
            [],
            [length, 1],
          ][way];
          await expectAgreement(
            turned ? binaryCase(name, other, whole, seed) : binaryCase(name, whole, other, seed),
            seed,
          );
        },
      ),
      { numRuns: 50 },
    ));

  test('a column with a row, neither of which has the shape of the result', () =>
    expectAgreement(binaryCase('mul', [7, 1], [1, 9], 1), 2));

  test('softmax', () =>
    fc.assert(
      fc.asyncProperty(sentences, width, fc.constantFrom(1, 5), seed, (sentences, width, spread, seed) =>
        expectAgreement(softmaxCase([...sentences, width], spread, seed), seed),
      ),
      runs,
    ));

  test('softmax of a row as long as a dictionary', () => expectAgreement(softmaxCase([3, 9001], 2, 3), 4));

  const word = fc.integer({ min: 0, max: 0xffffffff });

  test('dropout, of the same elements', () =>
    fc.assert(
      fc.asyncProperty(
        length,
        width,
        fc.constantFrom(0.05, 0.25, 0.9),
        word,
        word,
        seed,
        (length, width, rate, key0, key1, seed) =>
          expectAgreement(dropoutCase([length, width], rate, [key0, key1], seed), seed),
      ),
      runs,
    ));
});

describeEachSet('on %s', (isa) => {
  test.each(['relu', 'leaky-relu', 'swish'] as const)(
    '%s and its slope are those of the plain definition at and far from 0',
    async (name) => {
      const x = { shape: [9], data: Float32Array.of(0, -0, 1e-30, -1e-30, 80, -80, 3e38, -3e38, NaN) };
      const points = {
        operator: (x: tf.Tensor) => activate(x, name),
        definition: (x: Float64Array) => x,
        inputs: [x],
        work: 0,
      };
      await useBackend('cpu');
      const expected = evaluate(points, 1);
      await useBackend(isa);
      const actual = evaluate(points, 1);
      expected.forEach((values, part) =>
        values.forEach((value, i) => {
          // The plain ReLU says that the slope at NaN is 0; there NaN shall not be hidden.
          if (part === 1 && i === 8) return;
          if (Number.isNaN(value)) expect(actual[part][i]).toBeNaN();
          else expect(Math.abs(actual[part][i] - value)).toBeLessThanOrEqual(1e-6 * Math.abs(value) + 1e-30);
        }),
      );
    },
  );

  test('a probability of 0 is exactly 0, and NaN and infinity go through a softmax as in the plain definition', async () => {
    const rows = [
      [0, -1e9, 3, -1e9],
      [NaN, 0, 0, 0],
      [-1e9, -1e9, -1e9, -1e9],
      [Infinity, 0, 0, 0],
    ];
    await useBackend('cpu');
    const expected = await tf.softmax(tf.tensor2d(rows)).data();
    await useBackend(isa);
    const actual = await tf.softmax(tf.tensor2d(rows)).data();
    expected.forEach((value, i) => {
      if (Number.isNaN(value)) expect(actual[i]).toBeNaN();
      else expect(actual[i]).toBeCloseTo(value, 6);
    });
    expect([actual[1], actual[3]]).toEqual([0, 0]);
  });
});
