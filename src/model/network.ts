import * as tf from '@tensorflow/tfjs-core';
import { dropout, type DropoutSource } from '../tensor/ops/dropout.ts';
import { layerNorm } from '../tensor/ops/layer-norm.ts';
import { linear } from '../tensor/ops/linear.ts';
import type { Architecture, ModelConfig } from './architecture.ts';

/** An architecture with weights to compute with. */
export interface Network {
  readonly config: ModelConfig;
  readonly architecture: Architecture;
  /** Tensor of a parameter by its name in `parametersOf`. */
  readonly weight: (name: string) => tf.Tensor;
  /** Only while training. */
  readonly dropout?: DropoutSource;
}

/** The linear map whose parameters are `name.weight` and `name.bias`. */
export function project(net: Network, name: string, x: tf.Tensor): tf.Tensor {
  return linear(x, net.weight(`${name}.weight`) as tf.Tensor2D, net.weight(`${name}.bias`) as tf.Tensor1D);
}

export function normalise(net: Network, name: string, x: tf.Tensor): tf.Tensor {
  return layerNorm(x, net.weight(`${name}.weight`) as tf.Tensor1D, net.weight(`${name}.bias`) as tf.Tensor1D);
}

/** A sub-layer with its residual: `LN(x + drop(f(x)))`, or `x + drop(f(LN(x)))` with pre-normalisation. */
export function residual(net: Network, norm: string, x: tf.Tensor, f: (x: tf.Tensor) => tf.Tensor): tf.Tensor {
  const pre = net.config.norm === 'pre';
  const y = dropout(f(pre ? normalise(net, norm, x) : x), net.config.dropout, net.dropout);
  const sum = tf.add(x, y);
  return pre ? sum : normalise(net, norm, sum);
}
