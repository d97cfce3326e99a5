import * as tf from '@tensorflow/tfjs-core';
import { dropoutBy, type DropoutSource, nextDrops } from './dropout.ts';
import { hasFused, runFused } from './fused.ts';

/** Added to the variance. */
const epsilon = 1e-5;

/**
 * Layer normalisation over the last axis: `(x − mean) / √(variance + 1e-5) · gain + bias`,
 * `x [..., d]`, `gain`, `bias [d]`.
 */
export function layerNorm(x: tf.Tensor, gain: tf.Tensor1D, bias: tf.Tensor1D): tf.Tensor {
  if (hasFused('FusedLayerNorm')) return runFused('FusedLayerNorm', { x, gain, bias }, {});
  return tf.add(tf.mul(standardise(x), gain), bias);
}

/** Layer normalisation of a residual sum: LN(x + dropout(y)), `x`, `y [..., d]`. */
export function residualNorm(
  x: tf.Tensor,
  y: tf.Tensor,
  gain: tf.Tensor1D,
  bias: tf.Tensor1D,
  rate: number,
  source: DropoutSource | undefined,
): tf.Tensor {
  const drops = nextDrops(rate, source);
  if (!hasFused('FusedResidualNorm')) return layerNorm(tf.add(x, dropoutBy(y, drops)), gain, bias);
  return runFused('FusedResidualNorm', { x, y, gain, bias }, { drops });
}

/** The residual sum alone, x + dropout(y), as pre-normalisation has it. */
export function residualSum(x: tf.Tensor, y: tf.Tensor, rate: number, source: DropoutSource | undefined): tf.Tensor {
  const drops = nextDrops(rate, source);
  if (drops.rate === 0 || !hasFused('FusedResidualSum')) return tf.add(x, dropoutBy(y, drops));
  return runFused('FusedResidualSum', { x, y }, { drops });
}

/**
 * Zero mean, unit variance over the last axis. The gradient is written out, r·(dy − mean(dy) − y·mean(dy·y)) with r the
 * inverse deviation: a third of the kernels that differentiating the forward steps would take.
 */
const standardise = tf.customGrad((input, save) => {
  const x = input as tf.Tensor;
  const { result, inverse } = tf.tidy(() => {
    const centred = tf.sub(x, tf.mean(x, -1, true));
    const inverse = tf.rsqrt(tf.add(tf.mean(tf.square(centred), -1, true), epsilon));
    return { result: tf.mul(centred, inverse), inverse };
  });
  (save as tf.GradSaveFunc)([result, inverse]);
  return {
    value: result,
    gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
      const [y, r] = saved;
      const along = tf.mul(y, tf.mean(tf.mul(dy, y), -1, true));
      return tf.mul(r, tf.sub(tf.sub(dy, tf.mean(dy, -1, true)), along));
    },
  };
}) as (x: tf.Tensor) => tf.Tensor;
