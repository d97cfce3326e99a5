import * as tf from '@tensorflow/tfjs-core';
import type { Activation, AttentionMask, Drops } from './attributes.ts';

/**
 * Operators that an engine may compute in a kernel of its own; where it does not, the operator's definition in
 * TensorFlow.js runs. For each, the tensors that it reads, what else it is told, and what it gives.
 */
export interface FusedOperators {
  FusedLinear: { inputs: 'x' | 'weight' | 'bias'; attributes: Nothing; gives: tf.Tensor };
  FusedActivatedLinear: { inputs: 'x' | 'weight' | 'bias'; attributes: { activation: Activation }; gives: tf.Tensor };
  FusedActivation: { inputs: 'x'; attributes: { activation: Activation }; gives: tf.Tensor };
  FusedAttention: {
    inputs: 'query' | 'key' | 'value';
    attributes: { heads: number; padding: AttentionMask['padding']; causal: boolean; drops: Drops };
    gives: tf.Tensor;
  };
  FusedLightConvolution: { inputs: 'x' | 'weights'; attributes: { before: number }; gives: tf.Tensor };
  FusedDynamicConvolution: { inputs: 'x' | 'weights'; attributes: { before: number }; gives: tf.Tensor };
  FusedDropout: { inputs: 'x'; attributes: { drops: Drops }; gives: tf.Tensor };
  FusedLayerNorm: { inputs: 'x' | 'gain' | 'bias'; attributes: Nothing; gives: tf.Tensor };
  FusedResidualNorm: { inputs: 'x' | 'y' | 'gain' | 'bias'; attributes: { drops: Drops }; gives: tf.Tensor };
  FusedResidualSum: { inputs: 'x' | 'y'; attributes: { drops: Drops }; gives: tf.Tensor };
  FusedEmbedding: {
    inputs: 'table';
    attributes: { ids: Int32Array; scale: number; offsets: Float32Array };
    gives: tf.Tensor2D;
  };
  FusedCrossEntropy: {
    inputs: 'features' | 'weight' | 'targets' | 'counts';
    attributes: { epsilon: number };
    gives: tf.Scalar;
  };
  /** Likelihood and uniform. */
  FusedTokenLosses: {
    inputs: 'features' | 'weight' | 'targets' | 'counts';
    attributes: Nothing;
    gives: [tf.Tensor1D, tf.Tensor1D];
  };
  FusedAppend: { inputs: 'earlier' | 'now'; attributes: { rows: Int32Array }; gives: tf.Tensor };
  /** Ids and log-probabilities. */
  FusedTopLogProbabilities: {
    inputs: 'logits';
    attributes: { k: number; never: number };
    gives: [tf.Tensor2D, tf.Tensor2D];
  };
}

export type FusedOperator = keyof FusedOperators;

type Nothing = Record<never, never>;

/** Whether the current engine has a kernel for that operator. */
export function hasFused(operator: FusedOperator): boolean {
  return tf.getKernel(operator, tf.getBackend()) !== undefined;
}

/** Runs it; its gradient is registered with it. */
export function runFused<Name extends FusedOperator>(
  operator: Name,
  inputs: Record<FusedOperators[Name]['inputs'], tf.Tensor>,
  attributes: FusedOperators[Name]['attributes'],
): FusedOperators[Name]['gives'] {
  const [tensors, told] = [inputs as unknown as tf.NamedTensorMap, attributes as unknown as tf.NamedAttrMap];
  return tf.engine().runKernel(operator, tensors, told);
}
