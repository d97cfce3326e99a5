import type { AttentionMask } from '../tensor/ops/attributes.ts';
import * as tf from '@tensorflow/tfjs-core';
import { masked } from '../tensor/ops/attention.ts';
import { activatedLinear } from '../tensor/ops/linear.ts';
import { type EncoderLayer, special } from './architecture.ts';
import { embed } from './embedding.ts';
import type { Visibility } from './mixing/operator.ts';
import { operatorOf } from './mixing/operators.ts';
import { mixingPlace, type Network, normalise, residual } from './network.ts';
import { project } from './projection.ts';

/** What the decoder sees of the source. */
export interface Encoding {
  /**
   * Outputs of the last encoder layers, last first, as many as the decoder's widest span:
   * `[size, sourceLength, d]` each.
   */
  outputs: tf.Tensor[];
  /** Of an attention over one of them. */
  mask: AttentionMask;
}

/** Encodes `source [size, length]` ids, padded on the left. */
export function encode(net: Network, source: Int32Array, size: number): Encoding {
  const visible = visibilityOf(source, size);
  const outputs: tf.Tensor[] = [];
  let x = embed(net, 'encoder', source, size);
  net.architecture.encoder.layers.forEach((_, i) => {
    x = encoderLayer(net, i, x, visible);
    outputs.unshift(x);
  });
  return encodingOf(net, outputs, visible.mask);
}

/** What every layer may see of `source [size, length]` ids. */
export function visibilityOf(source: Int32Array, size: number): Visibility {
  if (!source.includes(special.padding)) return { window: 'centred', mask: {} };
  const padding = Float32Array.from(source, (id) => (id === special.padding ? masked : 0));
  const keep = Float32Array.from(source, (id) => (id === special.padding ? 0 : 1));
  return { window: 'centred', mask: { padding }, keep: tf.tensor(keep, [size, source.length / size, 1]) };
}

/**
 * Layer `i` of the encoder, `x [size, length, d]`; what it computes on the way goes with it, but
 * for what its gradient will need.
 */
export function encoderLayer(net: Network, i: number, x: tf.Tensor, visible: Visibility): tf.Tensor {
  const layer = net.architecture.encoder.layers[i];
  const name = `encoder.layers.${i}`;
  return tf.tidy(() => {
    const mixed = residual(
      net,
      `${name}.mixing-norm`,
      x,
      (y) => operatorOf(layer.operator).mix({ x: y, place: mixingPlace(net, name, layer, i), ...visible }),
      net.config.unscaledEncoderMixing ? net.config.dropout : undefined,
    );
    return residual(net, `${name}.feed-forward-norm`, mixed, (y) => feedForward(net, `${name}.feed-forward`, layer, y));
  });
}

/** What the decoder sees of all layers' outputs, last first. */
export function encodingOf(net: Network, [last, ...others]: readonly tf.Tensor[], mask: AttentionMask): Encoding {
  const span = net.architecture.decoder.layers.reduce((widest, layer) => Math.max(widest, layer.span), 1);
  return {
    outputs: [net.config.norm === 'pre' ? normalise(net, 'encoder.norm', last) : last, ...others].slice(0, span),
    mask,
  };
}

export function feedForward(
  net: Network,
  name: string,
  { activation }: Pick<EncoderLayer, 'activation'>,
  x: tf.Tensor,
): tf.Tensor {
  const [weight, bias] = ['weight', 'bias'].map((part) => net.weight(`${name}.up.${part}`));
  return project(net, `${name}.down`, activatedLinear(x, weight as tf.Tensor2D, bias as tf.Tensor1D, activation));
}
