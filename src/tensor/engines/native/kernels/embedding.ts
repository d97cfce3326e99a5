import { span, whole } from '../calls.ts';
import { fusedKernel } from '../fused.ts';

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
