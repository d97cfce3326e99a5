import type { Activation } from '../../../src/tensor/ops/attributes.ts';
import { expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import type { NativeBackend } from '../../../src/tensor/engines/native/backend.ts';
import { activate } from '../../../src/tensor/ops/activation.ts';
import { activatedLinear, keepPacked, linear } from '../../../src/tensor/ops/linear.ts';
import { evaluate, expectAgreement } from '../../support/operators/agreement.ts';
import { useBackend } from '../../support/operators/backends.ts';
import { normal } from '../../support/operators/case.ts';
import { activatedLinearCase, linearCase, productCase } from '../../support/operators/products.ts';
import { describeEachSet, describeNative, runs, sentences, seed, width } from '../../support/operators/sizes.ts';

const activations: Activation[] = ['relu', 'leaky-relu', 'swish'];

describeNative(
  'the native engine, the plain definition and sums in double precision agree, forward and backward, for',
  () => {
    test('linear maps with and without bias', () =>
      fc.assert(
        fc.asyncProperty(
          fc.record({ sentences, inner: width, out: width, biased: fc.boolean(), seed }),
          ({ sentences, inner, out, biased, seed }) =>
            expectAgreement(linearCase(sentences, inner, out, biased, seed), seed),
        ),
        runs,
      ));

    test.each([
      [1, 1, 1],
      [70, 800, 35],
      [300, 40, 530],
      [15, 385, 257],
      [1, 390, 65],
      [129, 1, 33],
    ])('linear maps of %i rows from width %i to %i, which are computed in blocks', (rows, inner, out) =>
      expectAgreement(linearCase([rows], inner, out, true, 3), 4),
    );

    test.each(activations)('%s of linear maps', (activation) =>
      fc.assert(
        fc.asyncProperty(fc.record({ sentences, inner: width, out: width, seed }), ({ sentences, inner, out, seed }) =>
          expectAgreement(activatedLinearCase(sentences, inner, out, activation, seed), seed),
        ),
        runs,
      ),
    );

    test.each(activations)('%s of a linear map whose sums are computed in blocks', (activation) =>
      expectAgreement(activatedLinearCase([70], 800, 35, activation, 3), 4),
    );

    const extent = fc.oneof(fc.integer({ min: 1, max: 9 }), fc.constantFrom(15, 16, 17, 31, 32, 33, 48, 65));
    const product = fc.record({ m: extent, k: extent, n: extent, transposeA: fc.boolean(), transposeB: fc.boolean() });

    test('products of matrices, of batches of them, and of batches with a single one, in all transpositions', () =>
      fc.assert(
        fc.asyncProperty(
          product,
          fc.constantFrom<number[][]>(
            [[], []],
            [[3], [3]],
            [
              [2, 3],
              [2, 3],
            ],
            [[1], [4]],
            [[5], [1]],
            [[40], [40]],
          ),
          seed,
          (sizes, [outerA, outerB], seed) => expectAgreement(productCase({ ...sizes, outerA, outerB }, seed), seed),
        ),
        { numRuns: 60 },
      ));

    test.each([
      [false, false],
      [false, true],
      [true, false],
      [true, true],
    ])('large products, transposed: %s, %s', (transposeA, transposeB) =>
      expectAgreement(productCase({ outerA: [2], outerB: [2], m: 131, k: 401, n: 67, transposeA, transposeB }, 5), 6),
    );
  },
);

describeEachSet('on %s', (isa) => {
  test.each(activations)(
    '%s of a linear map is that of its result to the last bit, with and without differentiating, and NaN is not hidden',
    async (activation) => {
      await useBackend(isa);
      const { operator, ...rest } = activatedLinearCase([5, 31], 401, 37, activation, 7);
      const inputs = [normal([5, 31, 401], 8), normal([37, 401], 9), normal([37], 10)];
      inputs[0].data[403] = NaN;
      const separate = (x: tf.Tensor, weight: tf.Tensor, bias: tf.Tensor) =>
        activate(linear(x, weight as tf.Tensor2D, bias as tf.Tensor1D), activation);
      const expected = evaluate({ ...rest, inputs, operator: separate }, 1);
      expect(expected[0]).toContainEqual(NaN);
      expect(evaluate({ ...rest, inputs, operator }, 1)).toEqual(expected);
      const alone = tf.tidy(() => operator(...inputs.map(({ data, shape }) => tf.tensor(data, shape))).dataSync());
      expect(alone).toEqual(expected[0]);
    },
  );

  test.each([
    [1, 5, 3],
    [5, 172, 6632],
    [1, 801, 35],
    [320, 172, 344],
    [70, 800, 31],
    [64, 385, 16],
    [2, 0, 4],
  ])('%i rows by a packed weight give the same bits, %i in, %i out', async (rows, columns, out) => {
    await useBackend(isa);
    const x = tf.tensor2d(normal([rows, columns], 1).data, [rows, columns]);
    const weight = tf.tensor2d(normal([out, columns], 2).data, [out, columns]);
    const bias = tf.tensor1d(normal([out], 3).data);
    const results = () =>
      [
        linear(x, weight, bias),
        activatedLinear(x, weight, bias, 'swish'),
        tf.matMul(x, weight, false, true),
        tf.matMul(tf.reshape(x, [1, rows, columns]), weight, false, true),
      ].map((y) => [y.shape, y.dataSync()]);
    const before = results();
    keepPacked(weight);
    expect((tf.backend() as NativeBackend).packedWeight(weight)).toBeDefined();
    expect(results()).toEqual(before);
    tf.dispose([x, weight, bias]);
  });
});
