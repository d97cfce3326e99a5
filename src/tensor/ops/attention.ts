import * as tf from '@tensorflow/tfjs-core';
import type { AttentionMask, Drops } from './attributes.ts';
import { dropoutBy, noDrops } from './dropout.ts';
import { hasFused, runFused } from './fused.ts';

/** What a mask adds where attention may not look: far enough below any score for its exponential to be exactly 0. */
export const masked = -1e9;

/**
 * The core of multi-head attention, softmax(QKᵀ/√(d/H) + mask) V (Vaswani et al. 2017, section 3.2), without
 * projections. Values are summed by weights of which those of `drops`, `[batch, H, targets, sources]`, are dropped.
 *
 * @param query `[batch, targets, d]`
 * @param key `[batch, sources, d]`; @param value the same shape
 * @param heads H; must divide d
 * @returns `[batch, targets, d]`
 */
export function attend(
  query: tf.Tensor,
  key: tf.Tensor,
  value: tf.Tensor,
  heads: number,
  { padding, causal = false }: AttentionMask = {},
  drops: Drops = noDrops,
): tf.Tensor {
  if (hasFused('FusedAttention'))
    return runFused('FusedAttention', { query, key, value }, { heads, padding, causal, drops });
  const [batch, targets, width] = query.shape;
  const [, sources] = key.shape;
  const size = width / heads;
  const q = tf.transpose(tf.reshape(tf.mul(query, 1 / Math.sqrt(size)), [batch, targets, heads, size]), [0, 2, 1, 3]);
  const k = tf.transpose(tf.reshape(key, [batch, sources, heads, size]), [0, 2, 3, 1]);
  const v = tf.transpose(tf.reshape(value, [batch, sources, heads, size]), [0, 2, 1, 3]);
  let scores = tf.matMul(q, k);
  if (padding) scores = tf.add(scores, tf.tensor(padding, [batch, 1, 1, sources]));
  if (causal) scores = tf.add(scores, causalMask(targets, sources));
  const weights = dropoutBy(tf.softmax(scores), drops);
  return tf.reshape(tf.transpose(tf.matMul(weights, v), [0, 2, 1, 3]), [batch, targets, width]);
}

function causalMask(targets: number, sources: number): tf.Tensor {
  const mask = new Float32Array(targets * sources);
  for (let t = 0; t < targets; t++) mask.fill(masked, t * sources + Math.min(t + 1, sources), (t + 1) * sources);
  return tf.tensor(mask, [1, 1, targets, sources]);
}
