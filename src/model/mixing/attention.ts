import type * as tf from '@tensorflow/tfjs-core';
import { appendTo } from '../../tensor/ops/rows.ts';
import { attend } from '../../tensor/ops/attention.ts';
import { nextDrops } from '../../tensor/ops/dropout.ts';
import { attentionParameters } from '../parameter-blocks.ts';
import { project } from '../projection.ts';
import type { MixingOperator } from './operator.ts';

/** Multi-head self-attention (Vaswani et al. 2017). */
export const attention: MixingOperator = {
  parameters: ({ width, attention: form }) => attentionParameters(width, width, form),

  mix({ x, place, mask }) {
    const [query, key, value] = ['query', 'key', 'value'].map((name) => project(place, name, x));
    return project(
      place,
      'out',
      attend(query, key, value, place.heads, mask, nextDrops(place.rates.attention, place.dropout)),
    );
  },

  /** Keeps the keys and values of all steps, `[rows, steps, their width]`. */
  step({ x, place, state }) {
    const append = (name: string, now: tf.Tensor) => (state ? appendTo(state.kept[name], state.parents, now) : now);
    const keys = append('keys', project(place, 'key', x));
    const values = append('values', project(place, 'value', x));
    const mixed = attend(project(place, 'query', x), keys, values, place.heads);
    return { y: project(place, 'out', mixed), state: { keys, values } };
  },

  operations: ({ width: d, attention: { width: inner = d } = {} }, length) => ({
    layers: 4 * length * d * inner + 2 * length * length * inner,
    taps: 0,
  }),

  division: (heads) => ({ parts: heads, what: 'heads', widths: ['attention'] }),
};
