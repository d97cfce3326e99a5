import type * as tf from '@tensorflow/tfjs-core';
import { isRecording } from '../../../recording.ts';
import { elements, type NativeBackend } from '../backend.ts';
import { dropping, optional, span, whole } from '../calls.ts';
import { fusedKernel } from '../fused.ts';

type Input = 'query' | 'key' | 'value';

/** What both passes are called with, query and key being `[batch, steps, width]`. */
function common(backend: NativeBackend, { query, key, value }: Record<Input, tf.TensorInfo>, heads: number) {
  const [batch, targets, width] = query.shape;
  const arrayOf = (x: tf.TensorInfo) => span(backend.array(x), elements(x.shape));
  const sizes = { batch, targets, sources: key.shape[1], heads, size: width / heads };
  return { ...sizes, query: arrayOf(query), key: arrayOf(key), value: arrayOf(value) };
}

export const attention = fusedKernel('FusedAttention', {
  inputs: ['query', 'key', 'value'],
  forward(backend, inputs, { heads, padding, causal, drops }) {
    const given = common(backend, inputs, heads);
    const { batch, targets, sources } = given;
    const pairs = batch * heads * targets * sources;
    const weights = isRecording() ? backend.pool.take(pairs) : undefined;
    const out = backend.pool.take(elements(inputs.query.shape));
    backend.calls.call('sn_attention', {
      ...given,
      mask: optional(padding, batch * sources),
      causal: Number(causal),
      ...dropping(drops),
      weights: optional(weights, pairs),
      out: whole(out),
    });
    return { out: backend.tensor(out, inputs.query.shape), kept: weights && { weights } };
  },
  gradient: {
    by: ['query', 'key', 'value'],
    saves: ['query', 'key', 'value'],
    /** The softmax, of each head `[targets, sources]`. */
    keeps: ['weights'],
    compute(backend, { query, key, value, dy }, { heads, drops }, { weights }) {
      const given = common(backend, { query, key, value }, heads);
      const pairs = given.batch * heads * given.targets * given.sources;
      const [dQuery, dKey, dValue] = [query, key, value].map(({ shape }) => backend.pool.take(elements(shape)));
      backend.calls.call('sn_attention_gradient', {
        ...given,
        weights: span(weights, pairs),
        d_out: span(backend.array(dy), dQuery.length),
        ...dropping(drops),
        d_query: whole(dQuery),
        d_key: whole(dKey),
        d_value: whole(dValue),
      });
      backend.pool.give(weights);
      return {
        query: backend.tensor(dQuery, query.shape),
        key: backend.tensor(dKey, key.shape),
        value: backend.tensor(dValue, value.shape),
      };
    },
  },
});
