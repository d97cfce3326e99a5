import * as tf from '@tensorflow/tfjs-core';

/**
 * The core of multi-head attention, softmax(QKᵀ/√(d/H) + mask) V (Vaswani et al. 2017, section 3.2), without projections.
 *
 * @param query `[batch, targets, d]`
 * @param key `[batch, sources, d]`; @param value the same shape
 * @param heads H; must divide d
 * @param mask added to the scores, 0 or `masked`; broadcast to `[batch, heads, targets, sources]`
 * @returns `[batch, targets, d]`
 */
export function attend(query: tf.Tensor, key: tf.Tensor, value: tf.Tensor, heads: number, mask?: tf.Tensor): tf.Tensor {
  const [batch, targets, width] = query.shape;
  const [, sources] = key.shape;
  const size = width / heads;
  const q = tf.transpose(tf.reshape(tf.mul(query, 1 / Math.sqrt(size)), [batch, targets, heads, size]), [0, 2, 1, 3]);
  const k = tf.transpose(tf.reshape(key, [batch, sources, heads, size]), [0, 2, 3, 1]);
  const v = tf.transpose(tf.reshape(value, [batch, sources, heads, size]), [0, 2, 1, 3]);
  const scores = tf.matMul(q, k);
  const weights = tf.softmax(mask ? tf.add(scores, mask) : scores);
  return tf.reshape(tf.transpose(tf.matMul(weights, v), [0, 2, 1, 3]), [batch, targets, width]);
}

/** What a mask adds where attention may not look: far enough below any score for its exponential to be exactly 0. */
export const masked = -1e9;
