import * as tf from '@tensorflow/tfjs-core';
import { hasFused, runFused } from './fused.ts';

/**
 * Where a window of K steps lies: around its output step (encoder), or ending at it (decoder,
 * which must not see later steps).
 */
export type Window = 'centred' | 'causal';

/** Steps of zero padding before the sequence: ⌊K/2⌋ or K − 1. */
export function stepsBefore(kernel: number, window: Window): number {
  return window === 'centred' ? Math.floor(kernel / 2) : kernel - 1;
}

/**
 * Lightweight convolution (Wu et al. 2019, section 3): `y[t, c] = Σⱼ w[h, j] · x[t + j − P, c]` with h = ⌊c·H/d⌋, so
 * that contiguous channels share one of the H kernels, and zeros outside the sequence.
 *
 * @param x `[batch, time, d]`
 * @param weights `[heads, K]`, already normalised
 * @returns `[batch, time, d]`
 */
export function lightConvolution(x: tf.Tensor, weights: tf.Tensor2D, window: Window): tf.Tensor {
  const [batch, time, width] = x.shape;
  const [heads, kernel] = weights.shape;
  if (hasFused('FusedLightConvolution'))
    return runFused('FusedLightConvolution', { x, weights }, { before: stepsBefore(kernel, window) });
  const band = skew(tf.tile(tf.reshape(weights, [heads, 1, kernel]), [1, time, 1]));
  // Heads are few and their matrices large: one product each is far faster on WebAssembly than one batched product.
  const channels = splitEvenly(padTime(x, kernel, window), heads, 2);
  const bands = splitEvenly(band, heads, 0);
  const padded = time + kernel - 1;
  const parts = channels.map((part, head) => {
    const columns = tf.reshape(tf.transpose(part, [1, 0, 2]), [padded, -1]);
    const product = tf.matMul(tf.reshape(bands[head], [time, padded]), columns);
    return tf.transpose(tf.reshape(product, [time, batch, width / heads]), [1, 0, 2]);
  });
  return parts.length === 1 ? parts[0] : tf.concat(parts, 2);
}

/**
 * Dynamic convolution's core (Wu et al. 2019, section 4): as the lightweight one, with a
 * kernel of its own for every step.
 *
 * @param x `[batch, time, d]`
 * @param weights `[batch, time, heads, K]`, already normalised
 * @returns `[batch, time, d]`
 */
export function dynamicConvolution(x: tf.Tensor, weights: tf.Tensor4D, window: Window): tf.Tensor {
  const [batch, time, width] = x.shape;
  const [, , heads, kernel] = weights.shape;
  if (hasFused('FusedDynamicConvolution'))
    return runFused('FusedDynamicConvolution', { x, weights }, { before: stepsBefore(kernel, window) });
  const band = skew(tf.reshape(tf.transpose(weights, [0, 2, 1, 3]), [batch * heads, time, kernel]));
  const padded = time + kernel - 1;
  const columns = tf.transpose(
    tf.reshape(padTime(x, kernel, window), [batch, padded, heads, width / heads]),
    [0, 2, 1, 3],
  );
  const product = tf.matMul(band, tf.reshape(columns, [batch * heads, padded, width / heads]));
  return tf.reshape(tf.transpose(tf.reshape(product, [batch, heads, time, width / heads]), [0, 2, 1, 3]), [
    batch,
    time,
    width,
  ]);
}

/** TensorFlow.js' gradient of a split into one part fails. */
function splitEvenly(x: tf.Tensor, parts: number, axis: number): tf.Tensor[] {
  return parts === 1 ? [x] : tf.split(x, parts, axis);
}

function padTime(x: tf.Tensor, kernel: number, window: Window): tf.Tensor {
  const before = stepsBefore(kernel, window);
  return tf.pad(x, [
    [0, 0],
    [before, kernel - 1 - before],
    [0, 0],
  ]);
}

/**
 * Band matrices from rows of kernels: `[n, time, K]` to `[n, time, time + K − 1]`, row t moved right by t.
 * Appending `time` zeros to each row and cutting the flat sequence into rows one shorter moves each row by
 * one more than the row above it.
 */
function skew(kernels: tf.Tensor): tf.Tensor {
  const [n, time, kernel] = kernels.shape;
  const rows = tf.pad(kernels, [
    [0, 0],
    [0, 0],
    [0, time],
  ]);
  const flat = tf.slice(tf.reshape(rows, [n, time * (kernel + time)]), [0, 0], [n, time * (kernel + time - 1)]);
  return tf.reshape(flat, [n, time, time + kernel - 1]);
}
