import * as tf from '@tensorflow/tfjs-core';
import { hasFused, runFused } from './fused.ts';

/**
 * Row i is `now[i]` behind `earlier[rows[i]]`, along the second axis: `earlier [parents, before, …]`, `now [rows, more, …]`.
 * It has no gradient.
 */
export function appendTo(earlier: tf.Tensor, rows: Int32Array, now: tf.Tensor): tf.Tensor {
  if (hasFused('FusedAppend')) return runFused('FusedAppend', { earlier, now }, { rows });
  return tf.concat([tf.gather(earlier, tf.tensor1d(rows, 'int32')), now], 1);
}
