import * as tf from '@tensorflow/tfjs-core';
import {
  type OutputLayer,
  outputLoss,
  outputTokenLosses,
  smoothedLoss,
  taughtLoss,
} from '../tensor/ops/cross-entropy.ts';
import { unrecorded } from '../tensor/recording.ts';
import type { Weights } from '../tensor/parameters.ts';
import { type Architecture, type ModelConfig, special } from './architecture.ts';
import type { Batch } from './batch.ts';
import { featuresOf, forward } from './forward.ts';
import { loadNetwork } from './load-network.ts';
import type { Network } from './network.ts';

/** What training makes small: a scalar to differentiate, in nats, summed over the target tokens of a batch. */
export type Loss = (net: Network, batch: Batch) => tf.Scalar;

/** Label-smoothed cross-entropy, (1 − ε)·nll + (ε/V)·Σ(−log p) (docs/method.md). */
export function smoothedCrossEntropyLoss(labelSmoothing: number): Loss {
  return (net, batch) => outputLoss(featuresOf(net, batch), outputLayer(net, batch), labelSmoothing);
}

/** Cross-entropy against what another network predicts for the same batch, without dropout. */
export function taughtBy(config: ModelConfig, architecture: Architecture, weights: Weights): Loss {
  return (net, batch) => {
    const teacher = loadNetwork(config, architecture, weights);
    try {
      const wanted = unrecorded(() => tf.softmax(forward(teacher, batch)));
      return taughtLoss(featuresOf(net, batch), outputLayer(net, batch), wanted);
    } finally {
      teacher.dispose();
    }
  };
}

/** Sums over the target tokens of a batch, in nats. */
export type LossSums = {
  smoothed: number;
  likelihood: number;
  tokens: number;
};

/** Losses of a batch without a gradient. */
export function lossOf(net: Network, batch: Batch, labelSmoothing: number): LossSums {
  return tf.tidy(() => lossOfFeatures(net, featuresOf(net, batch), batch, labelSmoothing));
}

/** Losses of a batch whose decoder gave these features, `[size, targetLength, d]` or the same as rows. */
export function lossOfFeatures(net: Network, features: tf.Tensor, batch: Batch, labelSmoothing: number): LossSums {
  return tf.tidy(() => {
    const losses = outputTokenLosses(rowsOf(features, batch), outputLayer(net, batch));
    return {
      smoothed: smoothedLoss(losses, labelSmoothing).dataSync()[0],
      likelihood: tf.sum(losses.likelihood).dataSync()[0],
      tokens: batch.tokens,
    };
  });
}

/** Losses of each sentence of a batch, without a gradient. */
export function sentenceLossesOf(net: Network, batch: Batch, labelSmoothing: number): LossSums[] {
  return tf.tidy(() => sentenceLossesOfFeatures(net, featuresOf(net, batch), batch, labelSmoothing));
}

/** Losses of each sentence of a batch whose decoder gave these features. */
export function sentenceLossesOfFeatures(
  net: Network,
  features: tf.Tensor,
  batch: Batch,
  labelSmoothing: number,
): LossSums[] {
  const { likelihood, uniform } = tf.tidy(() => {
    const losses = outputTokenLosses(rowsOf(features, batch), outputLayer(net, batch));
    return { likelihood: losses.likelihood.dataSync(), uniform: losses.uniform.dataSync() };
  });
  return Array.from({ length: batch.size }, (_, sentence) => {
    const sums: LossSums = { smoothed: 0, likelihood: 0, tokens: 0 };
    for (let i = sentence * batch.targetLength; i < (sentence + 1) * batch.targetLength; i++) {
      if (batch.target[i] === special.padding) continue;
      sums.smoothed += (1 - labelSmoothing) * likelihood[i] + labelSmoothing * uniform[i];
      sums.likelihood += likelihood[i];
      sums.tokens++;
    }
    return sums;
  });
}

/** Of several batches together. */
export function totalOf(parts: readonly LossSums[]): LossSums {
  return {
    smoothed: parts.reduce((sum, part) => sum + part.smoothed, 0),
    likelihood: parts.reduce((sum, part) => sum + part.likelihood, 0),
    tokens: parts.reduce((sum, part) => sum + part.tokens, 0),
  };
}

function rowsOf(features: tf.Tensor, { size, targetLength }: Batch): tf.Tensor2D {
  return tf.reshape<tf.Rank.R2>(features, [size * targetLength, -1]);
}

function outputLayer(net: Network, { target }: Batch): OutputLayer {
  return {
    weight: net.weight('output.weight') as tf.Tensor2D,
    targets: tf.tensor1d(target, 'int32'),
    counts: tf.tensor1d(Float32Array.from(target, (id) => (id === special.padding ? 0 : 1))),
  };
}
