import * as tf from '@tensorflow/tfjs-core';
import { hasFused, runFused } from './fused.ts';

/** Row i is `x[rows[i]]`. */
export function rowsOf(x: tf.Tensor, rows: Int32Array): tf.Tensor {
  return tf.gather(x, tf.tensor1d(rows, 'int32'));
}

/**
 * Row i is `now[i]` behind `earlier[rows[i]]`, along the second axis: `earlier [parents, before, …]`, `now [rows, more, …]`.
 * It has no gradient.
 */
export function appendTo(earlier: tf.Tensor, rows: Int32Array, now: tf.Tensor): tf.Tensor {
  if (hasFused('FusedAppend')) return runFused('FusedAppend', { earlier, now }, { rows });
  return tf.concat([rowsOf(earlier, rows), now], 1);
}
