import { expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { evaluate, expectAgreement } from '../../support/operators/agreement.ts';
import { useBackend } from '../../support/operators/backends.ts';
import { layerNormCase, residualNormCase, residualSumCase } from '../../support/operators/norm.ts';
import { describeEachSet, describeNative, runs, seed, sentences, width } from '../../support/operators/sizes.ts';

const shape = fc.record({
  sentences,
  width: fc.oneof(width, fc.constantFrom(1, 2, 3, 320)),
  spread: fc.constantFrom(1, 1, 30, 1e-2, 1e-4, 0),
  seed,
});

describeNative(
  'the native engine, the plain definition and sums in double precision agree, forward and backward, for',
  () => {
    test('layer normalisation of rows from width 1 on, with a variance from 0 on', () =>
      fc.assert(
        fc.asyncProperty(shape, ({ sentences, width, spread, seed }) =>
          expectAgreement(layerNormCase(sentences, width, spread, seed), seed),
        ),
        runs,
      ));

    test('the norm of a residual sum, with dropout, without, and in evaluation', () =>
      fc.assert(
        fc.asyncProperty(shape, fc.constantFrom(0.3, 0.1, 0, undefined), ({ sentences, width, spread, seed }, rate) =>
          expectAgreement(residualNormCase(sentences, width, spread, rate, seed), seed),
        ),
        runs,
      ));

    test('a residual sum, with dropout, without, and in evaluation', () =>
      fc.assert(
        fc.asyncProperty(shape, fc.constantFrom(0.3, 0.1, 0, undefined), ({ sentences, width, seed }, rate) =>
          expectAgreement(residualSumCase(sentences, width, rate, seed), seed),
        ),
        runs,
      ));
  },
);

describeEachSet('on %s', (isa) => {
  test('the norm of a residual sum that keeps nothing for a gradient is the same to the last bit', async () => {
    await useBackend(isa);
    const tried = residualNormCase([3, 7], 37, 1, undefined, 1);
    const alone = tf.tidy(() =>
      tried.operator(...tried.inputs.map(({ data, shape }) => tf.tensor(data, shape))).dataSync(),
    );
    expect(alone).toEqual(evaluate(tried, 1)[0]);
  });
});
