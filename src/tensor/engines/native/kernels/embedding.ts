import * as tf from '@tensorflow/tfjs-core';
import { elements, type NativeBackend, type NativeKernel } from '../backend.ts';
import { optional, span, whole } from '../calls.ts';
import { fusedKernel } from '../fused.ts';

/** `table[ids[i]] · scale (+ offsets[i])`, for a table of `[rows, …]`. */
function lookUp(
  backend: NativeBackend,
  table: tf.TensorInfo,
  ids: Int32Array,
  scale = 1,
  offsets?: Float32Array,
): Float32Array {
  const [types, ...rest] = table.shape;
  const width = elements(rest);
  const out = backend.pool.take(ids.length * width);
  backend.calls.call('sn_embed', {
    n: ids.length,
    types,
    width,
    ids: whole(ids),
    table: span(backend.array(table), types * width),
    scale,
    positions: optional(offsets, out.length),
    out: whole(out),
  });
  return out;
}

/** Rows of a tensor, whatever stands in them; all else that TensorFlow.js gathers is JavaScript's. */
export function gather(): NativeKernel {
  const { kernelFunc: fallback } = tf.getKernel('GatherV2', 'cpu');
  return (backend, inputs, attrs) => {
    const { x, indices } = inputs;
    const { axis, batchDims } = attrs as { axis: number; batchDims: number };
    const ids = backend.readSync(indices.dataId);
    if (x.dtype !== 'float32' || axis !== 0 || batchDims !== 0 || !(ids instanceof Int32Array))
      return fallback({ inputs, backend, attrs: attrs as unknown as tf.NamedAttrMap });
    return backend.tensor(lookUp(backend, x, ids), [...indices.shape, ...x.shape.slice(1)]);
  };
}

export const embedding = fusedKernel('FusedEmbedding', {
  inputs: ['table'],
  forward: (backend, { table }, { ids, scale, offsets }) =>
    backend.tensor(lookUp(backend, table, ids, scale, offsets), [ids.length, table.shape[1]]),
  gradient: {
    by: ['table'],
    saves: ['table'],
    compute(backend, { table, dy }, { ids, scale }) {
      const [types, width] = table.shape;
      const gradient = backend.pool.take(types * width);
      backend.calls.call('sn_embed_gradient', {
        n: ids.length,
        types,
        width,
        ids: whole(ids),
        d_out: span(backend.array(dy), ids.length * width),
        scale,
        d_table: whole(gradient),
      });
      return { table: backend.tensor(gradient, [types, width]) };
    },
  },
});
