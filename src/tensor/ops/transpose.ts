import * as tf from '@tensorflow/tfjs-core';

/** `[..., m, n]` to `[..., n, m]`. */
export function swapLastAxes<T extends tf.Tensor>(x: T): T {
  const axes = [...Array(x.rank).keys()];
  return tf.transpose(x, [...axes.slice(0, -2), x.rank - 1, x.rank - 2]) as T;
}
