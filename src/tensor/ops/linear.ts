import * as tf from '@tensorflow/tfjs-core';
import type { Activation } from './attributes.ts';
import { isRecording } from '../recording.ts';
import { activate } from './activation.ts';
import { hasFused, runFused } from './fused.ts';
import { swapLastAxes } from './transpose.ts';

/** An engine that keeps weights in the order in which its products read them. */
export interface PackingBackend {
  packWeight(weight: tf.Tensor2D): void;
}

/**
 * Tells the engine that products with this weight, `[out, in]`, are going to be many and that it will not change, as in
 * decoding step by step. Its results stay the same; what is kept for it goes when it is disposed of.
 */
export function keepPacked(weight: tf.Tensor2D): void {
  const backend = tf.backend() as unknown as Partial<PackingBackend>;
  backend.packWeight?.(weight);
}

/** `y = x Wᵀ + b` over the last axis: `x [..., in]`, `weight [out, in]` as in PyTorch, `bias [out]`. */
export function linear(x: tf.Tensor, weight: tf.Tensor2D, bias?: tf.Tensor1D): tf.Tensor {
  if (bias && hasFused('FusedLinear')) return runFused('FusedLinear', { x, weight, bias }, {});
  const rows = tf.reshape(x, [-1, weight.shape[1]]);
  const product = tf.matMul(rows, swapLastAxes(weight));
  const y = bias ? tf.add(product, bias) : product;
  return tf.reshape(y, [...x.shape.slice(0, -1), weight.shape[0]]);
}

/**
 * The activation of a linear map, in one kernel where the engine has one and nothing between the two is needed again:
 * ReLU and Leaky ReLU take their gradient from the result, which has the sign of what they were given. Swish's slope
 * does not follow from its value, which two arguments share, so it is fused only where nothing will be differentiated.
 */
export function activatedLinear(
  x: tf.Tensor,
  weight: tf.Tensor2D,
  bias: tf.Tensor1D,
  activation: Activation,
): tf.Tensor {
  if (!hasFused('FusedActivatedLinear') || (activation === 'swish' && isRecording()))
    return activate(linear(x, weight, bias), activation);
  return runFused('FusedActivatedLinear', { x, weight, bias }, { activation });
}
