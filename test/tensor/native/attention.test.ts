import { expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { evaluate, expectAgreement } from '../../support/operators/agreement.ts';
import { useBackend } from '../../support/operators/backends.ts';
import { attentionCase, paddings } from '../../support/operators/attention.ts';
import {
  describeEachSet,
  describeNative,
  heads,
  length,
  runs,
  seed,
  sentences,
} from '../../support/operators/sizes.ts';

const word = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const sizes = fc.record({
  sentences,
  heads,
  sources: length,
  size: fc.integer({ min: 1, max: 21 }),
  padding: fc.constantFrom(...paddings),
  causal: fc.boolean(),
  self: fc.boolean(),
  drops: fc.record({ rate: fc.constantFrom(0, 0.1, 0.5), key: fc.tuple(word, word) }),
});

describeNative(
  'the native engine, the plain definition and sums in double precision agree, forward and backward, for',
  () => {
    test('attention with and without padding and causal masks', () =>
      fc.assert(
        fc.asyncProperty(sizes, seed, async ({ self, sentences: [batch, targets], heads, ...sizes }, seed) => {
          const sources = self ? targets : sizes.sources;
          await expectAgreement(
            attentionCase({ ...sizes, batch, targets, sources, heads: targets * sources > 5000 ? 1 : heads }, seed),
            seed,
          );
        }),
        runs,
      ));

    test.each(paddings)('attention of one token to one, padding: %s', (padding) =>
      expectAgreement(
        attentionCase({ batch: 2, targets: 1, sources: 1, heads: 2, size: 3, padding, causal: true }, 1),
        2,
      ),
    );

    test.each([true, false])('sentences of nothing but padding, causal: %s', (causal) =>
      expectAgreement(
        attentionCase({ batch: 3, targets: 11, sources: 11, heads: 2, size: 5, padding: 'all', causal }, 3),
        4,
      ),
    );

    test.each([0, 0.1])('300 steps, of whose weights %f are dropped', (rate) =>
      expectAgreement(
        attentionCase(
          {
            batch: 1,
            targets: 300,
            sources: 300,
            heads: 1,
            size: 16,
            padding: 'some',
            causal: true,
            drops: { rate, key: [7, 8] },
          },
          5,
        ),
        6,
      ),
    );
  },
);

describeEachSet('on %s', (isa) => {
  test.each([0, 0.3])(
    'attention that keeps nothing for a gradient is the same to the last bit, of whose weights %f are dropped',
    async (rate) => {
      await useBackend(isa);
      const tried = attentionCase(
        {
          batch: 3,
          targets: 101,
          sources: 37,
          heads: 2,
          size: 19,
          padding: 'some',
          causal: true,
          drops: { rate, key: [1, 2] },
        },
        1,
      );
      const alone = tf.tidy(() =>
        tried.operator(...tried.inputs.map(({ data, shape }) => tf.tensor(data, shape))).dataSync(),
      );
      expect(alone).toEqual(evaluate(tried, 1)[0]);
    },
  );
});
