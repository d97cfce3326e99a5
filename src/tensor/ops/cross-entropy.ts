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
  probabilities: tf.Tensor2D = tf.softmax(logits),
): TokenLosses {
  const logSum = logSumOf(logits, probabilities);
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
  return crossEntropy(logits, counts, {
    value: (x, p) => smoothedLoss(tokenLosses(x, targets, counts, p), epsilon),
    kept: targets,
    wanted: (kept) => tf.add(tf.mul(tf.oneHot(kept as tf.Tensor1D, types), 1 - epsilon), epsilon / types),
  });
}

/**
 * Cross-entropy of `logits [tokens, V]` against the probabilities `wanted [tokens, V]`, summed over the tokens that
 * count: a scalar in nats, least where both are equal.
 */
export function softCrossEntropy(logits: tf.Tensor2D, wanted: tf.Tensor2D, counts: tf.Tensor1D): tf.Scalar {
  return crossEntropy(logits, counts, {
    value: (x, p) => tf.sum(tf.mul(tf.sub(logSumOf(x, p), tf.sum(tf.mul(x, wanted), 1)), counts)),
    kept: wanted,
    wanted: (kept) => kept,
  });
}

interface WantedProbabilities {
  value: (x: tf.Tensor2D, probabilities: tf.Tensor2D) => tf.Scalar;
  /** What the wanted probabilities are made of when the gradient needs them. */
  kept: tf.Tensor;
  wanted: (kept: tf.Tensor) => tf.Tensor;
}

/** A loss whose gradient is the difference of the predicted and the wanted probabilities. */
function crossEntropy(logits: tf.Tensor2D, counts: tf.Tensor1D, loss: WantedProbabilities): tf.Scalar {
  return tf.customGrad((input, save) => {
    const x = input as tf.Tensor2D;
    const p = tf.softmax(x);
    (save as tf.GradSaveFunc)([p, loss.kept, counts]);
    return {
      value: loss.value(x, p),
      gradFunc: (dy: tf.Tensor, [p, kept, counts]: tf.Tensor[]) =>
        tf.mul(tf.sub(p, loss.wanted(kept)), tf.reshape(tf.mul(counts, dy), [-1, 1])),
    };
  })(logits) as tf.Scalar;
}

/** log Σ exp x from the largest logit and its probability: two reductions instead of a pass of exponentials. */
function logSumOf(logits: tf.Tensor2D, probabilities: tf.Tensor2D): tf.Tensor1D {
  return tf.sub(tf.max(logits, 1), tf.log(tf.max(probabilities, 1)));
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

/** `softCrossEntropy` of the logits that `features [tokens, d]` give, a scalar to differentiate. */
export function taughtLoss(features: tf.Tensor2D, { weight, counts }: OutputLayer, wanted: tf.Tensor2D): tf.Scalar {
  return softCrossEntropy(tf.matMul(features, swapLastAxes(weight)) as tf.Tensor2D, wanted, counts);
}

/** `tokenLosses` of the logits that `features [tokens, d]` give, without a gradient. */
export function outputTokenLosses(features: tf.Tensor2D, { weight, targets, counts }: OutputLayer): TokenLosses {
  if (hasFused('FusedTokenLosses')) {
    const [likelihood, uniform] = runFused('FusedTokenLosses', { features, weight, targets, counts }, {});
    return { likelihood, uniform };
  }
  return tokenLosses(tf.matMul(features, swapLastAxes(weight)) as tf.Tensor2D, targets, counts);
}
