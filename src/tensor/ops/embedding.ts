import * as tf from '@tensorflow/tfjs-core';
import { hasFused, runFused } from './fused.ts';
import { rowsOf } from './rows.ts';

/** `scale · table[ids[i]] + offsets[i]`: `table [types, d]`, `ids [n]` int32, `offsets [n, d]`; gives `[n, d]`. */
export function embedRows(table: tf.Tensor2D, ids: Int32Array, scale: number, offsets: Float32Array): tf.Tensor2D {
  if (hasFused('FusedEmbedding')) return runFused('FusedEmbedding', { table }, { ids, scale, offsets });
  const rows = tf.mul(rowsOf(table, ids), scale);
  return tf.add(rows, tf.tensor2d(offsets, [ids.length, table.shape[1]])) as tf.Tensor2D;
}
