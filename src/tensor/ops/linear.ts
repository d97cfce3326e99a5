import * as tf from '@tensorflow/tfjs-core';
import { isRecording } from '../recording.ts';
import { activate, type Activation } from './activation.ts';
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

/** The activation of a linear map, in one kernel where the engine has one and nothing between the two is needed again. */
export function activatedLinear(x: tf.Tensor, weight: tf.Tensor2D, bias: tf.Tensor1D, activation: Activation): tf.Tensor {
  if (!hasFused('FusedLinear')) return activate(linear(x, weight, bias), activation);
  if (!isRecording()) return runFused('FusedLinear', { x, weight, bias }, { activation });
  // Swish's slope does not follow from its value, which two arguments share.
  return activation === 'swish' ? activate(linear(x, weight, bias), activation) : rectifiedLinear(activation)(x, weight, bias);
}

/** With a gradient from the result alone, which has the sign of what the activation was given: that is not kept. */
function rectifiedLinear(activation: Exclude<Activation, 'swish'>) {
  return tf.customGrad((...inputs) => {
    const [x, weight, bias, save] = inputs as unknown as [tf.Tensor, tf.Tensor, tf.Tensor, tf.GradSaveFunc];
    const value = runFused<tf.Tensor>('FusedLinear', { x, weight, bias }, { activation });
    save([x, weight, value]);
    return {
      value,
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [x, weight, y] = saved;
        const inner = runGradient('FusedActivationGradient', { x: y, dy }, { activation }) as tf.Tensor;
        const gradients = runGradient('FusedLinearGradient', { x, weight, dy: inner }) as tf.Tensor[];
        inner.dispose();
        return gradients;
      },
    };
  }) as (x: tf.Tensor, weight: tf.Tensor, bias: tf.Tensor) => tf.Tensor;
}

function runGradient(kernel: string, inputs: Record<string, tf.Tensor>, attributes: tf.NamedAttrMap = {}): tf.Tensor | tf.Tensor[] {
  return tf.engine().runKernel(kernel, inputs as unknown as tf.NamedTensorMap, attributes);
}
