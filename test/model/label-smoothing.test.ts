import { beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import * as tf from '@tensorflow/tfjs-core';
import { dictionarySmoothing } from '../../src/model/label-smoothing.ts';
import { selectEngine } from '../../src/tensor/engines/select.ts';
import { outputTokenLosses, smoothedLoss } from '../../src/tensor/ops/cross-entropy.ts';

/** −log p of every word. */
function surprises(logits: readonly number[]): number[] {
  const most = Math.max(...logits);
  const norm = most + Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit - most), 0));
  return logits.map((logit) => norm - logit);
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

const definitions = {
  /** HAT and Lite Transformer: cross-entropy with (1 − ε) on the target and ε spread evenly over all words. */
  dictionary: (logits: readonly number[], target: number, epsilon: number) =>
    sum(
      surprises(logits).map(
        (surprise, word) => surprise * ((word === target ? 1 - epsilon : 0) + epsilon / logits.length),
      ),
    ),
  /** fairseq since 2020: 1 − ε on the target, ε spread evenly over all others. */
  others: (logits: readonly number[], target: number, epsilon: number) =>
    sum(
      surprises(logits).map(
        (surprise, word) => surprise * (word === target ? 1 - epsilon : epsilon / (logits.length - 1)),
      ),
    ),
};

beforeAll(() => selectEngine('wasm'));

describe('the label-smoothed loss', () => {
  test.each(['dictionary', 'others'] as const)('spreads ε over the "%s" as defined', (form) => {
    const logits = fc.array(
      fc.integer({ min: -80, max: 80 }).map((n) => n / 8),
      { minLength: 2, maxLength: 40 },
    );
    fc.assert(
      fc.property(logits, fc.nat(), fc.constantFrom(0, 0.1, 0.3), (values, place, epsilon) => {
        const target = place % values.length;
        const loss = tf.tidy(
          () =>
            smoothedLoss(
              outputTokenLosses(tf.tensor2d([[1]]), {
                weight: tf.tensor2d(values, [values.length, 1]),
                targets: tf.tensor1d([target], 'int32'),
                counts: tf.tensor1d([1]),
              }),
              dictionarySmoothing(epsilon, form, values.length),
            ).dataSync()[0],
        );
        expect(loss).toBeCloseTo(definitions[form](values, target, epsilon), 4);
      }),
    );
  });
});
