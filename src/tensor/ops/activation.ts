import * as tf from '@tensorflow/tfjs-core';
import { hasFused, runFused } from './fused.ts';

/** ReLU, Leaky ReLU with slope 0.01 (Maas et al. 2013), Swish x·σ(x) (Ramachandran et al. 2017). */
export const activations = ['relu', 'leaky-relu', 'swish'] as const;
export type Activation = (typeof activations)[number];

export function activate(x: tf.Tensor, activation: Activation): tf.Tensor {
  if (hasFused('FusedActivation')) return runFused('FusedActivation', { x }, { activation });
  switch (activation) {
    case 'relu': return tf.relu(x);
    case 'leaky-relu': return tf.leakyRelu(x, 0.01);
    case 'swish': return tf.mul(x, tf.sigmoid(x));
  }
}
