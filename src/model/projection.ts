import type * as tf from '@tensorflow/tfjs-core';
import { linear } from '../tensor/ops/linear.ts';

/** Tensors of parameters by their names. */
export interface NamedTensors {
  weight(name: string): tf.Tensor;
}

/** The linear map whose parameters are `name.weight` and `name.bias`. */
export function project(tensors: NamedTensors, name: string, x: tf.Tensor): tf.Tensor {
  return linear(x, tensors.weight(`${name}.weight`) as tf.Tensor2D, tensors.weight(`${name}.bias`) as tf.Tensor1D);
}
