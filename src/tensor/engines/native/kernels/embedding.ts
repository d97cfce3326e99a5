import * as tf from '@tensorflow/tfjs-core';
import { elements, type NativeKernel } from '../backend.ts';
import { span, whole } from '../calls.ts';
import { fusedKernel } from '../fused.ts';

/** Rows of a tensor, whatever stands in them; all else that TensorFlow.js gathers is JavaScript's. */
export function gather(): NativeKernel {
  const { kernelFunc: fallback } = tf.getKernel('GatherV2', 'cpu');
  return (backend, inputs, attrs) => {
    const { x, indices } = inputs;
    const { axis, batchDims } = attrs as { axis: number; batchDims: number };
    const ids = backend.readSync(indices.dataId);
    if (x.dtype !== 'float32' || axis !== 0 || batchDims !== 0 || !(ids instanceof Int32Array))
      return fallback({ inputs, backend, attrs: attrs as unknown as tf.NamedAttrMap });
    const [rows, ...rest] = x.shape;
    const width = elements(rest);
    const out = backend.pool.take(ids.length * width);
    backend.calls.call('sn_embed', {
      n: ids.length,
      types: rows,
      width,
      ids: whole(ids),
      table: span(backend.array(x), rows * width),
      scale: 1,
      positions: null,
      out: whole(out),
    });
    return backend.tensor(out, [...indices.shape, ...rest]);
  };
}

export const embedding = fusedKernel('FusedEmbedding', {
  inputs: ['table'],
  forward(backend, { table }, { ids, scale, offsets }) {
    const [types, width] = table.shape;
    const out = backend.pool.take(ids.length * width);
    backend.calls.call('sn_embed', {
      n: ids.length,
      types,
      width,
      ids: whole(ids),
      table: span(backend.array(table), types * width),
      scale,
      positions: span(offsets, out.length),
      out: whole(out),
    });
    return backend.tensor(out, [ids.length, width]);
  },
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
