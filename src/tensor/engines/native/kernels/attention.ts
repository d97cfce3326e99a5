import type * as tf from '@tensorflow/tfjs-core';
import { isRecording } from '../../../recording.ts';
import { elements, type NativeBackend } from '../backend.ts';
import { dropping, optional, span } from '../calls.ts';
import { fusedKernel } from '../fused.ts';

/** What both passes are called with, query and key being `[batch, steps, width]`. */
function common(backend: NativeBackend, { query, key, value }: Record<'query' | 'key' | 'value', tf.TensorInfo>, heads: number) {
  const [batch, targets, width] = query.shape;
  const sources = key.shape[1];
  const arrayOf = (x: tf.TensorInfo) => span(backend.array(x), elements(x.shape));
  return { batch, targets, sources, heads, size: width / heads, query: arrayOf(query), key: arrayOf(key), value: arrayOf(value) };
}

export const attention = fusedKernel('FusedAttention', {
  inputs: ['query', 'key', 'value'],
  forward(backend, inputs, { heads, padding, causal, drops }) {
    const sizes = common(backend, inputs, heads);
    const { batch, targets, sources } = sizes;
    const pairs = batch * heads * targets * sources;
    const weights = isRecording() ? backend.pool.take(pairs) : undefined;
    const out = backend.pool.take(elements(inputs.query.shape));
    backend.calls.call('sn_attention', {
      ...sizes, mask: optional(padding, batch * sources), causal: Number(causal), ...dropping(drops),
      weights: optional(weights, pairs), out: span(out, out.length),
    });
    return { out: backend.tensor(out, inputs.query.shape), kept: weights && { weights } };
  },
  gradient: {
    by: ['query', 'key', 'value'],
    saves: ['query', 'key', 'value'],
    /** The softmax, of each head `[targets, sources]`. */
    keeps: ['weights'],
    compute(backend, { query, key, value, dy }, { heads, drops }, { weights }) {
      const sizes = common(backend, { query, key, value }, heads);
      const [dQuery, dKey, dValue] = [query, key, value].map(({ shape }) => backend.pool.take(elements(shape)));
      backend.calls.call('sn_attention_gradient', {
        ...sizes, weights: span(weights, sizes.batch * heads * sizes.targets * sizes.sources), d_out: span(backend.array(dy), dQuery.length),
        ...dropping(drops), d_query: span(dQuery, dQuery.length), d_key: span(dKey, dKey.length), d_value: span(dValue, dValue.length),
      });
      backend.pool.give(weights);
      return { query: backend.tensor(dQuery, query.shape), key: backend.tensor(dKey, key.shape), value: backend.tensor(dValue, value.shape) };
    },
  },
});
