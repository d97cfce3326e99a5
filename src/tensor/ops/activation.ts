import * as tf from '@tensorflow/tfjs-core';
import type { Activation } from './attributes.ts';
import { hasFused, runFused } from './fused.ts';

export function activate(x: tf.Tensor, activation: Activation): tf.Tensor {
  if (hasFused('FusedActivation')) return runFused('FusedActivation', { x }, { activation });
  switch (activation) {
    case 'relu':
      return tf.relu(x);
    case 'leaky-relu':
      return tf.leakyRelu(x, 0.01);
    case 'swish':
      return tf.mul(x, tf.sigmoid(x));
  }
}
