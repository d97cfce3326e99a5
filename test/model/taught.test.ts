import { beforeAll, describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { gradientsOf } from '../../src/model/gradients.ts';
import { taughtBy } from '../../src/model/loss.ts';
import { selectEngine } from '../../src/tensor/engines/select.ts';
import { smoothedCrossEntropy, softCrossEntropy } from '../../src/tensor/ops/cross-entropy.ts';
import { RandomStream } from '../../src/tensor/random.ts';
import { engines } from '../support/engines.ts';
import { gradientValues, randomBatch, randomWeights, tinyArchitecture, tinyConfig } from '../support/network.ts';

describe.each(engines)('learning from a teacher on the %s engine', (engine) => {
  beforeAll(async () => {
    await selectEngine(engine);
  });

  const batch = randomBatch(tinyConfig, [
    [4, 3],
    [2, 5],
  ]);
  const architecture = tinyArchitecture('attention');
  const weights = randomWeights(tinyConfig, architecture);

  test('has, where smoothed targets are what is wanted, the loss and gradient of label-smoothed cross-entropy', () => {
    tf.tidy(() => {
      const [tokens, types, epsilon] = [6, 5, 0.1];
      const logits = tf.tensor2d(
        Array.from({ length: tokens * types }, (_, i) => Math.sin(5 * i)),
        [tokens, types],
      );
      const targets = tf.tensor1d([0, 4, 2, 1, 3, 3], 'int32');
      const counts = tf.tensor1d([1, 1, 1, 0, 1, 1]);
      const wanted = tf.add(tf.mul(tf.oneHot(targets, types), 1 - epsilon), epsilon / types) as tf.Tensor2D;
      const known = tf.valueAndGrad((x) => smoothedCrossEntropy(x as tf.Tensor2D, targets, counts, epsilon))(logits);
      const soft = tf.valueAndGrad((x) => softCrossEntropy(x as tf.Tensor2D, wanted, counts))(logits);
      expect(soft.value.dataSync()[0]).toBeCloseTo(known.value.dataSync()[0], 5);
      const [a, b] = [soft, known].map(({ grad }) => [...grad.dataSync()]);
      a.forEach((value, i) => expect(value).toBeCloseTo(b[i], 6));
    });
  });

  test('has nothing to learn from one that says the same, and something from another', () => {
    const gradientNorm = (seed: number) => {
      const taught = taughtBy(tinyConfig, architecture, randomWeights(tinyConfig, architecture, seed));
      const gradients = gradientsOf(tinyConfig, architecture, weights, [batch], taught, () => new RandomStream(1));
      return Math.hypot(...[...gradientValues(gradients).values()].flatMap((values) => [...values]));
    };
    const before = tf.memory().numTensors;
    expect(gradientNorm(1)).toBeLessThan(1e-4);
    expect(gradientNorm(2)).toBeGreaterThan(0.1);
    expect(tf.memory().numTensors).toBe(before);
  });
});
