import * as tf from '@tensorflow/tfjs-core';
import { differentiate } from '../tensor/differentiate.ts';
import { DropoutSource } from '../tensor/ops/dropout.ts';
import { cornerOf, type Parameter, type Weights } from '../tensor/parameters.ts';
import type { RandomStream } from '../tensor/random.ts';
import type { Architecture, ModelConfig } from './architecture.ts';
import type { Batch } from './batch.ts';
import { unknownParameter } from './load-network.ts';
import type { Loss } from './loss.ts';
import type { Network } from './network.ts';
import { parametersOf } from './parameters.ts';

export interface Gradients {
  /** The corners that the architecture uses. */
  parameters: Parameter[];
  /** Of the sum of the loss, by each corner; the caller disposes of them. */
  tensors: tf.Tensor[];
  /** Sum over the target tokens. */
  loss: number;
  tokens: number;
}

/**
 * Gradient of a loss, summed over all parts of a batch, for the corners of `weights` that the architecture uses. Each
 * part has a dropout sequence of its own, so that parts can be computed anywhere.
 */
export function gradientsOf(
  config: ModelConfig,
  architecture: Architecture,
  weights: Weights,
  parts: readonly Batch[],
  loss: Loss,
  dropoutOf: (part: number) => RandomStream,
): Gradients {
  const parameters = parametersOf(config, architecture);
  let sum = 0;
  let tokens = 0;
  const tensors = tf.tidy(() => {
    const leaves = parameters.map((parameter) => cornerOf(weights, parameter));
    const index = new Map(parameters.map(({ name }, i) => [name, i]));
    const weight = (name: string) => leaves[index.get(name) ?? unknownParameter(name)];
    return parts.reduce<tf.Tensor[]>(
      (sums, batch, part) =>
        tf.tidy(() => {
          const net: Network = { config, architecture, weight, dropout: new DropoutSource(dropoutOf(part)) };
          const { value, gradients } = differentiate(() => loss(net, batch), leaves);
          sum += value.dataSync()[0];
          tokens += batch.tokens;
          return part === 0 ? gradients : addEach(sums, gradients);
        }),
      [],
    );
  });
  return { parameters, tensors, loss: sum, tokens };
}

/** Disposes of the sums before. */
function addEach(sums: tf.Tensor[], gradients: readonly tf.Tensor[]): tf.Tensor[] {
  const added = gradients.map((gradient, i) => tf.add(sums[i], gradient));
  tf.dispose(sums);
  return added;
}
