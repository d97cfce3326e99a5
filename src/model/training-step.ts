import * as tf from '@tensorflow/tfjs-core';
import { DropoutSource } from '../tensor/ops/dropout.ts';
import { type OutputLayer, outputLoss, outputTokenLosses, smoothedLoss } from '../tensor/ops/cross-entropy.ts';
import type { Parameter, ParameterSet } from '../tensor/parameters.ts';
import type { RandomStream } from '../tensor/random.ts';
import '../tensor/gradients.ts';
import { type Architecture, type ModelConfig, special } from './architecture.ts';
import type { Batch } from './batch.ts';
import { decode, predict } from './decoder.ts';
import { encode } from './encoder.ts';
import type { Network } from './network.ts';
import { parametersOf } from './parameters.ts';

/** Sums over the target tokens of a batch, in nats. */
export interface LossSums {
  smoothed: number;
  likelihood: number;
  tokens: number;
}

export interface Gradients {
  parameters: Parameter[];
  /** Of the sum of the smoothed loss, by parameter name, row by row of its corner. */
  values: Map<string, Float32Array>;
  smoothed: number;
  tokens: number;
}

/**
 * Gradient of the label-smoothed loss, summed over all parts of a batch, for the corners of `weights` that the architecture uses.
 * Each part has a dropout sequence of its own, so that parts can be computed anywhere.
 */
export function gradientsOf(
  config: ModelConfig, architecture: Architecture, weights: ParameterSet, parts: readonly Batch[], labelSmoothing: number,
  dropoutOf: (part: number) => RandomStream,
): Gradients {
  const parameters = parametersOf(config, architecture);
  const values = new Map<string, Float32Array>();
  let smoothed = 0;
  let tokens = 0;
  tf.tidy(() => {
    const leaves = parameters.map(({ name, shape }) => tf.tensor(weights.corner(name, shape), shape));
    const index = new Map(parameters.map(({ name }, i) => [name, i]));
    parts.forEach((batch, part) => tf.tidy(() => {
      const loss = (...tensors: tf.Tensor[]): tf.Scalar => {
        const net: Network = { config, architecture, weight: lookUp(index, tensors), dropout: new DropoutSource(dropoutOf(part)) };
        return outputLoss(features(net, batch), outputLayer(net, batch), labelSmoothing);
      };
      const { value, grads } = tf.valueAndGrads(loss)(leaves);
      smoothed += value.dataSync()[0];
      tokens += batch.tokens;
      grads.forEach((gradient, i) => accumulate(values, parameters[i].name, gradient.dataSync() as Float32Array));
    }));
  });
  return { parameters, values, smoothed, tokens };
}

/** An architecture with its weights as tensors, for everything but training. The caller disposes of them. */
export function loadNetwork(config: ModelConfig, architecture: Architecture, weights: ParameterSet): Network & { dispose(): void } {
  const parameters = parametersOf(config, architecture);
  const tensors = parameters.map(({ name, shape }) => tf.tensor(weights.corner(name, shape), shape));
  const index = new Map(parameters.map(({ name }, i) => [name, i]));
  return { config, architecture, weight: lookUp(index, tensors), dispose: () => tf.dispose(tensors) };
}

/** Loss of a batch without dropout. */
export function lossOf(net: Network, batch: Batch, labelSmoothing: number): LossSums {
  return tf.tidy(() => {
    const losses = outputTokenLosses(features(net, batch), outputLayer(net, batch));
    return {
      smoothed: smoothedLoss(losses, labelSmoothing).dataSync()[0],
      likelihood: tf.sum(losses.likelihood).dataSync()[0],
      tokens: batch.tokens,
    };
  });
}

/** Logits of every target step, `[size · targetLength, types]`. */
export function forward(net: Network, batch: Batch): tf.Tensor2D {
  return predict(net, features(net, batch));
}

/** The decoder's features of every target step, `[size · targetLength, d]`. */
function features(net: Network, batch: Batch): tf.Tensor2D {
  return tf.reshape(decode(net, encode(net, batch.source, batch.size), batch.input, batch.size), [batch.size * batch.targetLength, -1]);
}

function outputLayer(net: Network, { target }: Batch): OutputLayer {
  return {
    weight: net.weight('output.weight') as tf.Tensor2D,
    targets: tf.tensor1d(target, 'int32'),
    counts: tf.tensor1d(Float32Array.from(target, (id) => (id === special.padding ? 0 : 1))),
  };
}

function lookUp(index: Map<string, number>, tensors: readonly tf.Tensor[]): Network['weight'] {
  return (name) => {
    const at = index.get(name);
    if (at === undefined) throw new Error(`This architecture has no parameter "${name}".`);
    return tensors[at];
  };
}

function accumulate(sums: Map<string, Float32Array>, name: string, gradient: Float32Array): void {
  const sum = sums.get(name);
  if (!sum) {
    // The tensor goes at once, and its array is ours.
    sums.set(name, gradient);
    return;
  }
  for (let i = 0; i < sum.length; i++) sum[i] += gradient[i];
}
