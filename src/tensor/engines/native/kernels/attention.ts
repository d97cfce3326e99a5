import type { Drops } from '../../../ops/dropout.ts';
import { isRecording } from '../../../recording.ts';
import { elements, type NativeBackend, type NativeKernel } from '../backend.ts';
import { dropping, input, number, optionalInput, optionalOutput, output, size } from '../calls.ts';
import { Kept } from './kept.ts';

/** Softmax weights. */
const keptWeights = new Kept<Float32Array>();

function sizes(query: number[], key: number[], heads: number) {
  const [batch, targets, width] = query;
  return { batch, targets, sources: key[1], width, list: [size('batch', batch), size('targets', targets), size('sources', key[1]), size('heads', heads), size('size', width / heads)] };
}

const attention: NativeKernel = (backend, { query, key, value }, { heads, padding, causal, drops }) => {
  const { batch, targets, sources, width, list } = sizes(query.shape, key.shape, heads as number);
  const kept = batch * (heads as number) * targets * sources;
  const weights = isRecording() ? backend.pool.take(kept) : null;
  const out = backend.pool.take(batch * targets * width);
  backend.calls.call('sn_attention', ...list, ...arrays(backend, { query, key, value }),
    optionalInput('mask', padding as Float32Array | undefined, batch * sources), number('causal', Number(causal)), ...dropping(drops as Drops),
    optionalOutput('weights', weights, kept), output('out', out, out.length));
  const result = backend.tensor(out, [batch, targets, width]);
  if (weights) keptWeights.set(result, weights);
  return result;
};

const attentionGradient: NativeKernel = (backend, { query, key, value, out, dy }, { heads, drops }) => {
  const { batch, targets, sources, list, width } = sizes(query.shape, key.shape, heads as number);
  const weights = keptWeights.take(out);
  const gradients = [query, key, value].map(({ shape }) => ({ shape, values: backend.pool.take(batch * shape[1] * width) }));
  backend.calls.call('sn_attention_gradient', ...list, ...arrays(backend, { query, key, value }),
    input('weights', weights, batch * (heads as number) * targets * sources), input('d_out', backend.array(dy), batch * targets * width),
    ...dropping(drops as Drops), ...gradients.map(({ values }, i) => output(['d_query', 'd_key', 'd_value'][i], values, values.length)));
  backend.pool.give(weights);
  return gradients.map(({ shape, values }) => backend.tensor(values, shape));
};

function arrays(backend: NativeBackend, tensors: Record<string, Parameters<NativeBackend['array']>[0]>) {
  return Object.entries(tensors).map(([name, x]) => input(name, backend.array(x), elements(x.shape)));
}

export const attentionKernels = { FusedAttention: attention, FusedAttentionGradient: attentionGradient };
