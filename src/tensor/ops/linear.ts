import * as tf from '@tensorflow/tfjs-core';
import { hasFused, runFused } from './fused.ts';
import { swapLastAxes } from './transpose.ts';

/** `y = x Wᵀ + b` over the last axis: `x [..., in]`, `weight [out, in]` as in PyTorch, `bias [out]`. */
export function linear(x: tf.Tensor, weight: tf.Tensor2D, bias?: tf.Tensor1D): tf.Tensor {
  if (bias && hasFused('FusedLinear')) return runFused('FusedLinear', { x, weight, bias });
  const rows = tf.reshape(x, [-1, weight.shape[1]]);
  const product = tf.matMul(rows, swapLastAxes(weight));
  const y = bias ? tf.add(product, bias) : product;
  return tf.reshape(y, [...x.shape.slice(0, -1), weight.shape[0]]);
}
