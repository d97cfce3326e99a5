import * as tf from '@tensorflow/tfjs-core';
import { DropoutSource } from '../tensor/ops/dropout.ts';
import { type OutputLayer, outputLoss, outputTokenLosses, smoothedLoss } from '../tensor/ops/cross-entropy.ts';
import type { Parameter, ParameterSet } from '../tensor/parameters.ts';
import { differentiate } from '../tensor/differentiate.ts';
import { cornerOf } from '../tensor/host.ts';
import type { RandomStream } from '../tensor/random.ts';
import { type Architecture, type ModelConfig, special } from './architecture.ts';
import type { Batch } from './batch.ts';
import { decode, predict } from './decoder.ts';
import { encode } from './encoder.ts';
import type { Network } from './network.ts';
import { parametersOf } from './parameters.ts';

/** Sums over the target tokens of a batch, in nats. */
export type LossSums = {
  smoothed: number;
  likelihood: number;
  tokens: number;
};

export interface Gradients {
  parameters: Parameter[];
  /** Of the sum of the smoothed loss, by the corner of each parameter; the caller disposes of them. */
  tensors: tf.Tensor[];
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
  let smoothed = 0;
  let tokens = 0;
  const tensors = tf.tidy(() => {
    const leaves = parameters.map(({ name, shape }) => cornerOf(weights, name, shape));
    const index = new Map(parameters.map(({ name }, i) => [name, i]));
    return parts.reduce<tf.Tensor[]>((sums, batch, part) => tf.tidy(() => {
      const net: Network = { config, architecture, weight: lookUp(index, leaves), dropout: new DropoutSource(dropoutOf(part)) };
      const { value, gradients } = differentiate(() => outputLoss(features(net, batch), outputLayer(net, batch), labelSmoothing), leaves);
      smoothed += value.dataSync()[0];
      tokens += batch.tokens;
      if (part === 0) return gradients;
      const sum = gradients.map((gradient, i) => tf.add(sums[i], gradient));
      tf.dispose(sums);
      return sum;
    }), []);
  });
  return { parameters, tensors, smoothed, tokens };
}

/**
 * An architecture with its weights as tensors, for everything but training. Each is read from the parameters when it is first used.
 * The caller disposes of the network.
 */
export function loadNetwork(config: ModelConfig, architecture: Architecture, weights: ParameterSet): Network & { dispose(): void } {
  const shapes = new Map(parametersOf(config, architecture).map(({ name, shape }) => [name, shape]));
  const tensors = new Map<string, tf.Tensor>();
  return {
    config, architecture,
    weight(name) {
      const tensor = tensors.get(name) ?? tf.keep(cornerOf(weights, name, shapes.get(name) ?? unknownParameter(name)));
      tensors.set(name, tensor);
      return tensor;
    },
    dispose: () => tf.dispose([...tensors.values()]),
  };
}

/** Loss of a batch without dropout. */
export function lossOf(net: Network, batch: Batch, labelSmoothing: number): LossSums {
  return tf.tidy(() => lossOfFeatures(net, features(net, batch), batch, labelSmoothing));
}

/** Loss of a batch whose decoder gave these features, `[size, targetLength, d]` or the same as rows. */
export function lossOfFeatures(net: Network, features: tf.Tensor, batch: Batch, labelSmoothing: number): LossSums {
  return tf.tidy(() => {
    const losses = outputTokenLosses(tf.reshape(features, [batch.size * batch.targetLength, -1]), outputLayer(net, batch));
    return {
      smoothed: smoothedLoss(losses, labelSmoothing).dataSync()[0],
      likelihood: tf.sum(losses.likelihood).dataSync()[0],
      tokens: batch.tokens,
    };
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
  return (name) => tensors[index.get(name) ?? unknownParameter(name)];
}

function unknownParameter(name: string): never {
  throw new Error(`This architecture has no parameter "${name}".`);
}
