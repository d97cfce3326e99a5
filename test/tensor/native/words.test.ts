import { expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { topLogProbabilities } from '../../../src/tensor/ops/top.ts';
import { RandomStream } from '../../../src/tensor/random.ts';
import { expectAgreement } from '../../support/operators/agreement.ts';
import { useBackend, usableSets } from '../../support/operators/backends.ts';
import { describeNative, length, runs, seed, width } from '../../support/operators/sizes.ts';
import { embeddingCase, outputLossCase, tokenLossesCase } from '../../support/operators/words.ts';

const types = fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 10, max: 90 }));
// TensorFlow.js' one-hot vectors, of which the plain definition is made, have two elements or more.
const sizes = fc.record({
  tokens: length,
  types: types.map((n) => n + 1),
  width,
  epsilon: fc.constantFrom(0.1, 0, 0.5),
  counted: fc.constantFrom(0.8, 1, 0),
});

describeNative(
  'the native engine, the plain definition and sums in double precision agree, forward and backward, for',
  () => {
    test('embedding', () =>
      fc.assert(
        fc.asyncProperty(length, types, width, seed, (rows, types, width, seed) =>
          expectAgreement(embeddingCase(rows, types, width, seed), seed),
        ),
        runs,
      ));

    test("the output layer's loss, padding and batches of nothing but padding included", () =>
      fc.assert(
        fc.asyncProperty(sizes, seed, (sizes, seed) => expectAgreement(outputLossCase(sizes, seed), seed)),
        runs,
      ));

    test("the output layer's loss of more tokens than are computed at once", () =>
      expectAgreement(outputLossCase({ tokens: 900, types: 131, width: 19, epsilon: 0.1, counted: 0.9 }, 1), 2));

    test('the losses of each token', () =>
      fc.assert(
        fc.asyncProperty(sizes, seed, (sizes, seed) => expectAgreement(tokenLossesCase(sizes, seed), seed)),
        runs,
      ));
  },
);

/** By sorting. */
function best(row: readonly number[], k: number, never: number): { id: number; logProbability: number }[] {
  const largest = Math.max(...row);
  const logSum = largest + Math.log(row.reduce((sum, logit) => sum + Math.exp(logit - largest), 0));
  const order = [...row.keys()].filter((id) => id !== never).sort((a, b) => row[b] - row[a] || a - b);
  return Array.from({ length: k }, (_, i) =>
    i < order.length ? { id: order[i], logProbability: row[order[i]] - logSum } : { id: -1, logProbability: -Infinity },
  );
}

describeNative.each(['cpu', ...usableSets] as const)('the most probable types of each row on %s', (name) => {
  test('are those that sorting gives, ties to the smaller id', async () => {
    await useBackend(name);
    const asked = fc.record({
      rows: fc.integer({ min: 1, max: 4 }),
      types: fc.oneof(types, fc.constant(400)),
      k: fc.integer({ min: 1, max: 12 }),
      leaves: fc.boolean(),
      ties: fc.boolean(),
      seed,
    });
    fc.assert(
      fc.property(asked, ({ rows, types, k, leaves, ties, seed }) => {
        const random = new RandomStream(seed);
        const never = leaves ? random.integer(types) : -1;
        const logits = Array.from({ length: rows }, () =>
          Array.from({ length: types }, () => Math.fround(ties ? random.integer(5) : 3 * random.normal())),
        );
        const tensor = tf.tensor2d(logits, [rows, types]);
        const { ids, logProbabilities } = topLogProbabilities(tensor, k, never);
        tensor.dispose();
        const expected = logits.flatMap((row) => best(row, k, never));
        expect([...ids]).toEqual(expected.map(({ id }) => id));
        expected.forEach(({ logProbability }, i) => {
          if (logProbability === -Infinity) expect(logProbabilities[i]).toBe(-Infinity);
          else
            expect(Math.abs(logProbabilities[i] - logProbability)).toBeLessThan(
              1e-5 * Math.max(1, Math.abs(logProbability)),
            );
        });
      }),
      { numRuns: 60 },
    );
  });
});
