import * as tf from '@tensorflow/tfjs-core';

/** Kernels that an engine may bring for a whole operator; where it does not, the operator's definition in TensorFlow.js runs. */
export type FusedKernel =
  | 'FusedLinear' | 'FusedActivatedLinear' | 'FusedActivation' | 'FusedAttention' | 'FusedLightConvolution' | 'FusedDynamicConvolution' | 'FusedDropout'
  | 'FusedLayerNorm' | 'FusedResidualNorm' | 'FusedResidualSum' | 'FusedCrossEntropy' | 'FusedEmbedding' | 'FusedTokenLosses'
  | 'FusedTopLogProbabilities';

/** Whether the current engine has that kernel. */
export function hasFused(kernel: FusedKernel): boolean {
  return tf.getKernel(kernel, tf.getBackend()) !== undefined;
}

/** Runs it; its gradient is registered with it. */
export function runFused<T extends tf.Tensor | tf.Tensor[]>(kernel: FusedKernel, inputs: Record<string, tf.Tensor>, attributes: object = {}): T {
  return tf.engine().runKernel(kernel, inputs as unknown as tf.NamedTensorMap, attributes as unknown as tf.NamedAttrMap) as unknown as T;
}
