import type { Drops } from '../tensor/ops/attributes.ts';
import type * as tf from '@tensorflow/tfjs-core';
import { type DropoutSource, nextDrops } from '../tensor/ops/dropout.ts';
import { keepPacked } from '../tensor/ops/linear.ts';
import { layerNorm, residualNorm, residualSum } from '../tensor/ops/layer-norm.ts';
import { type Architecture, dropoutOf, type EncoderLayer, kernelOf, type ModelConfig } from './architecture.ts';
import type { MixingPlace } from './mixing/operator.ts';
import { parametersOf } from './parameters.ts';
import type { NamedTensors } from './projection.ts';

/** An architecture with weights to compute with. */
export interface Network extends NamedTensors {
  readonly config: ModelConfig;
  readonly architecture: Architecture;
  /** By names of `parametersOf`. */
  weight(name: string): tf.Tensor;
  /** Only while training. */
  readonly dropout?: DropoutSource;
}

/** Has the engine keep the weights of linear maps in the order in which it reads them, for the many steps of decoding. */
export function packWeights(net: Network): void {
  for (const { name, shape } of parametersOf(net.config, net.architecture)) {
    if (shape.length === 2 && name.endsWith('.weight') && !name.endsWith('.embedding.weight'))
      keepPacked(net.weight(name) as tf.Tensor2D);
  }
}

export function normalise(net: Network, name: string, x: tf.Tensor): tf.Tensor {
  return layerNorm(x, net.weight(`${name}.weight`) as tf.Tensor1D, net.weight(`${name}.bias`) as tf.Tensor1D);
}

/**
 * A sub-layer with its residual: `LN(x + drop(f(x)))`, or `x + drop(f(LN(x)))` with pre-normalisation.
 * @param rate of dropout; by default that of the stack's width
 */
export function residual(
  net: Network,
  norm: string,
  x: tf.Tensor,
  f: (x: tf.Tensor) => tf.Tensor,
  rate = dropoutOf(net.config, x.shape.at(-1)!),
): tf.Tensor {
  if (net.config.norm === 'pre') return residualSum(x, f(normalise(net, norm, x)), rate, net.dropout);
  const gain = net.weight(`${norm}.weight`) as tf.Tensor1D;
  return residualNorm(x, f(x), gain, net.weight(`${norm}.bias`) as tf.Tensor1D, rate, net.dropout);
}

/** What the next attention drops of its weights. */
export function attentionDrops({ config: { attentionDropout = 0 }, dropout }: Network): Drops {
  return nextDrops(attentionDropout, dropout);
}

/** Where the mixing operator of layer `i`, whose parameters stand below `name`, computes. */
export function mixingPlace(
  net: Network,
  name: string,
  { operator, heads }: Pick<EncoderLayer, 'operator' | 'heads'>,
  i: number,
): MixingPlace {
  const {
    config: { weightDropout, attentionDropout = 0 },
    dropout,
  } = net;
  return {
    weight: (part) => net.weight(`${name}.${operator}.${part}`),
    heads,
    kernel: kernelOf(net.config, i),
    rates: { attention: attentionDropout, kernel: weightDropout },
    dropout,
  };
}
