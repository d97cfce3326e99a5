import * as tf from '@tensorflow/tfjs-core';
import { activate } from '../tensor/ops/activation.ts';
import { type AttentionMask, masked } from '../tensor/ops/attention.ts';
import { type EncoderLayer, kernelOf, special } from './architecture.ts';
import { embed } from './embedding.ts';
import { mix } from './mixing.ts';
import { type Network, normalise, project, residual } from './network.ts';

/** What the decoder sees of the source. */
export interface Encoding {
  /** Outputs of the last encoder layers, last first, as many as the decoder's widest span: `[size, sourceLength, d]` each. */
  outputs: tf.Tensor[];
  /** Of an attention over one of them. */
  mask: AttentionMask;
}

/** Encodes `source [size, length]` ids, padded on the left. */
export function encode(net: Network, source: Int32Array, size: number): Encoding {
  const { config, architecture: { encoder, decoder } } = net;
  const length = source.length / size;
  const { mask, keep } = paddingOf(source, size, length);
  const outputs: tf.Tensor[] = [];
  let x = embed(net, 'encoder', source, size);
  encoder.layers.forEach((layer, i) => {
    const name = `encoder.layers.${i}`;
    x = residual(net, `${name}.mixing-norm`, x, (y) =>
      mix(net, `${name}.${layer.operator}`, layer.operator, y, layer.heads, kernelOf(config, i), { window: 'centred', mask, keep }));
    x = residual(net, `${name}.feed-forward-norm`, x, (y) => feedForward(net, `${name}.feed-forward`, layer, y));
    outputs.unshift(x);
  });
  if (config.norm === 'pre') outputs[0] = normalise(net, 'encoder.norm', outputs[0]);
  const span = decoder.layers.reduce((widest, layer) => Math.max(widest, layer.span), 1);
  return { outputs: outputs.slice(0, span), mask };
}

export function feedForward(net: Network, name: string, { activation }: Pick<EncoderLayer, 'activation'>, x: tf.Tensor): tf.Tensor {
  return project(net, `${name}.down`, activate(project(net, `${name}.up`, x), activation));
}

function paddingOf(source: Int32Array, size: number, length: number): { mask: AttentionMask; keep?: tf.Tensor } {
  if (!source.includes(special.padding)) return { mask: {} };
  const padding = Float32Array.from(source, (id) => (id === special.padding ? masked : 0));
  const keep = Float32Array.from(source, (id) => (id === special.padding ? 0 : 1));
  return { mask: { padding }, keep: tf.tensor(keep, [size, length, 1]) };
}
