import * as tf from '@tensorflow/tfjs-core';
import { outputLoss, outputTokenLosses } from '../../../src/tensor/ops/cross-entropy.ts';
import { embedRows } from '../../../src/tensor/ops/embedding.ts';
import { RandomStream } from '../../../src/tensor/random.ts';
import { type Case, normal } from './case.ts';

/** Rows of a table, scaled, plus offsets. */
export function embeddingCase(rows: number, types: number, width: number, seed: number): Case {
  const random = new RandomStream(seed, 'ids');
  const ids = Int32Array.from({ length: rows }, () => random.integer(types));
  const offsets = normal([rows, width], seed + 1).data;
  return {
    operator: (table) => embedRows(table as tf.Tensor2D, ids, 1.75, offsets),
    definition: (table) =>
      Float64Array.from(
        offsets,
        (offset, i) => 1.75 * table[ids[Math.floor(i / width)] * width + (i % width)] + offset,
      ),
    inputs: [normal([types, width], seed)],
    work: 4 * rows * width,
  };
}

export interface LossSizes {
  tokens: number;
  types: number;
  width: number;
  epsilon: number;
  /** Probability of a token to count; the others are padding. */
  counted: number;
}

/** The two losses of each token: −log p of its target, and the mean of −log p; 0 where it does not count. */
function tokenLosses(features: Float64Array, weight: Float64Array, targets: Int32Array, counts: Float32Array) {
  const width = features.length / targets.length;
  const types = weight.length / width;
  return Array.from(targets, (target, token) => {
    if (!counts[token]) return { likelihood: 0, uniform: 0 };
    const logits = new Float64Array(types);
    for (let type = 0; type < types; type++) {
      for (let c = 0; c < width; c++) logits[type] += features[token * width + c] * weight[type * width + c];
    }
    const largest = logits.reduce((a, b) => Math.max(a, b), -Infinity);
    const logSum = largest + Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit - largest), 0));
    return { likelihood: logSum - logits[target], uniform: logSum - logits.reduce((a, b) => a + b) / types };
  });
}

function lossInputs({ tokens, types, width, counted }: LossSizes, seed: number) {
  const random = new RandomStream(seed, 'targets');
  const targets = Int32Array.from({ length: tokens }, () => random.integer(types));
  const counts = Float32Array.from({ length: tokens }, () => Number(random.float() < counted));
  // Logits as wide as in training: of the order of 1, whatever the width.
  return {
    targets,
    counts,
    inputs: [normal([tokens, width], seed), normal([types, width], seed + 1, 2 / Math.sqrt(width))],
  };
}

/** The label-smoothed loss of a batch. */
export function outputLossCase(sizes: LossSizes, seed: number): Case {
  const { targets, counts, inputs } = lossInputs(sizes, seed);
  const { tokens, types, width, epsilon } = sizes;
  return {
    operator: (features, weight) =>
      outputLoss(
        features as tf.Tensor2D,
        { weight: weight as tf.Tensor2D, targets: tf.tensor1d(targets, 'int32'), counts: tf.tensor1d(counts) },
        epsilon,
      ),
    definition: (features, weight) =>
      Float64Array.of(
        tokenLosses(features, weight, targets, counts).reduce(
          (sum, { likelihood, uniform }) => sum + (1 - epsilon) * likelihood + epsilon * uniform,
          0,
        ),
      ),
    inputs,
    work: tokens * types * (width + 10),
  };
}

/** The losses of each token, for a batch that nothing is learnt from. */
export function tokenLossesCase(sizes: LossSizes, seed: number): Case {
  const { targets, counts, inputs } = lossInputs(sizes, seed);
  return {
    operator: (features, weight) => {
      const { likelihood, uniform } = outputTokenLosses(features as tf.Tensor2D, {
        weight: weight as tf.Tensor2D,
        targets: tf.tensor1d(targets, 'int32'),
        counts: tf.tensor1d(counts),
      });
      return tf.concat([likelihood, uniform]);
    },
    definition: (features, weight) => {
      const losses = tokenLosses(features, weight, targets, counts);
      return Float64Array.from([
        ...losses.map(({ likelihood }) => likelihood),
        ...losses.map(({ uniform }) => uniform),
      ]);
    },
    inputs,
    work: 0,
    differentiable: false,
  };
}
