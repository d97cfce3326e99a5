import * as tf from '@tensorflow/tfjs-core';
import { hasFused, runFused } from './fused.ts';
import { swapLastAxes } from './transpose.ts';

/** Per token, in nats; both 0 where a token does not count. */
export interface TokenLosses {
  /** −log p of the target, `[tokens]`. */
  likelihood: tf.Tensor1D;
  /** Mean of −log p over the whole vocabulary, `[tokens]`. */
  uniform: tf.Tensor1D;
}

/**
 * The two parts of label-smoothed cross-entropy for `logits [tokens, V]`, `targets [tokens]` (int32) and
 * `counts [tokens]`, 1 for a token that counts and 0 for padding.
 */
export function tokenLosses(
  logits: tf.Tensor2D,
  targets: tf.Tensor1D,
  counts: tf.Tensor1D,
  probabilities = tf.softmax(logits),
): TokenLosses {
  // log Σ exp x from the largest logit and its probability: two reductions instead of a pass of exponentials.
  const logSum = tf.sub(tf.max(logits, 1), tf.log(tf.max(probabilities, 1)));
  const chosen = tf.sum(tf.mul(logits, tf.oneHot(targets, logits.shape[1])), 1);
  return {
    likelihood: tf.mul(tf.sub(logSum, chosen), counts),
    uniform: tf.mul(tf.sub(logSum, tf.mean(logits, 1)), counts),
  };
}

/**
 * Label-smoothed cross-entropy, (1 − ε)·nll + (ε/V)·Σ(−log p), summed over the tokens that count: the form of HAT and
 * Lite Transformer (docs/method.md). A scalar in nats; arguments as for `tokenLosses`.
 */
export function smoothedCrossEntropy(
  logits: tf.Tensor2D,
  targets: tf.Tensor1D,
  counts: tf.Tensor1D,
  epsilon: number,
): tf.Scalar {
  const types = logits.shape[1];
  return tf.customGrad((input, save) => {
    const x = input as tf.Tensor2D;
    const p = tf.softmax(x);
    (save as tf.GradSaveFunc)([p, targets, counts]);
    return {
      value: smoothedLoss(tokenLosses(x, targets, counts, p), epsilon),
      gradFunc: (dy: tf.Tensor, [p, targets, counts]: tf.Tensor[]) => {
        const wanted = tf.add(tf.mul(tf.oneHot(targets as tf.Tensor1D, types), 1 - epsilon), epsilon / types);
        return tf.mul(tf.sub(p, wanted), tf.reshape(tf.mul(counts, dy), [-1, 1]));
      },
    };
  })(logits) as tf.Scalar;
}

export function smoothedLoss({ likelihood, uniform }: TokenLosses, epsilon: number): tf.Scalar {
  return tf.add(tf.mul(tf.sum(likelihood), 1 - epsilon), tf.mul(tf.sum(uniform), epsilon));
}

/** What a decoder's features are worth: the loss of the words that the output layer makes of them. */
export interface OutputLayer {
  /** `[types, d]`. */
  weight: tf.Tensor2D;
  /** `[tokens]`, int32. */
  targets: tf.Tensor1D;
  /** `[tokens]`, 1 for a token that counts, 0 for padding. */
  counts: tf.Tensor1D;
}

/** `smoothedCrossEntropy` of the logits that `features [tokens, d]` give, a scalar to differentiate. */
export function outputLoss(
  features: tf.Tensor2D,
  { weight, targets, counts }: OutputLayer,
  epsilon: number,
): tf.Scalar {
  if (hasFused('FusedCrossEntropy'))
    return runFused('FusedCrossEntropy', { features, weight, targets, counts }, { epsilon });
  return smoothedCrossEntropy(tf.matMul(features, swapLastAxes(weight)) as tf.Tensor2D, targets, counts, epsilon);
}

/** `tokenLosses` of the logits that `features [tokens, d]` give, without a gradient. */
export function outputTokenLosses(features: tf.Tensor2D, { weight, targets, counts }: OutputLayer): TokenLosses {
  if (hasFused('FusedTokenLosses')) {
    const [likelihood, uniform] = runFused('FusedTokenLosses', { features, weight, targets, counts }, {});
    return { likelihood, uniform };
  }
  return tokenLosses(tf.matMul(features, swapLastAxes(weight)) as tf.Tensor2D, targets, counts);
}
