import type * as tf from '@tensorflow/tfjs-core';
import type { ModelPart } from '../../model/architecture.ts';
import type { Batch } from '../../model/batch.ts';
import { causal, decoderLayer, outputFeatures } from '../../model/decoder.ts';
import { embed } from '../../model/embedding.ts';
import { encoderLayer, type Encoding, encodingOf, visibilityOf } from '../../model/encoder.ts';
import type { Visibility } from '../../model/mixing/operator.ts';
import { operatorOf } from '../../model/mixing/operators.ts';
import { mixingPlace, type Network, normalise } from '../../model/network.ts';

/** One stack of a network on one batch, step by step. Any network of the same width can make any step. */
export interface Stack {
  part: ModelPart;
  /** `[size, length]`, what it reads. */
  ids: Int32Array;
  layers: number;
  /** x₀ `[size, length, d]`. */
  start(net: Network): tf.Tensor;
  layer(net: Network, i: number, x: tf.Tensor): tf.Tensor;
  /** aᵢ: what the mixing operator of layer `i` gives for the layer's input, before the residual sum. */
  mixing(net: Network, i: number, x: tf.Tensor): tf.Tensor;
  /** The stack's output after its last layer. */
  finish(net: Network, x: tf.Tensor): tf.Tensor;
}

/** The encoder. The caller disposes of what it makes, `tf.tidy` around it will do. */
export function encoderStack({ architecture: { encoder } }: Network, { source, size }: Batch): Stack {
  const visible = visibilityOf(source, size);
  return {
    part: 'encoder',
    ids: source,
    layers: encoder.layers.length,
    start: (net) => embed(net, 'encoder', source, size),
    layer: (net, i, x) => encoderLayer(net, i, x, visible),
    mixing: (net, i, x) => mixing(net, 'encoder', i, x, visible),
    finish: (net, x) => encodingOf(net, [x], visible.mask).outputs[0],
  };
}

/** The decoder, over what the encoder's layers gave: `inputs` of the encoder as `inputsOf` has them. */
export function decoderStack(net: Network, { source, input, size }: Batch, encoderInputs: readonly tf.Tensor[]): Stack {
  const encoding: Encoding = encodingOf(net, encoderInputs.slice(1).reverse(), visibilityOf(source, size).mask);
  return {
    part: 'decoder',
    ids: input,
    layers: net.architecture.decoder.layers.length,
    start: (by) => embed(by, 'decoder', input, size),
    layer: (by, i, x) => decoderLayer(by, i, x, encoding),
    mixing: (by, i, x) => mixing(by, 'decoder', i, x, causal),
    finish: outputFeatures,
  };
}

/** x₀ … x_N: the input of each layer, and the last layer's output. */
export function inputsOf(stack: Stack, net: Network): tf.Tensor[] {
  const inputs = [stack.start(net)];
  for (let i = 0; i < stack.layers; i++) inputs.push(stack.layer(net, i, inputs[i]));
  return inputs;
}

function mixing(net: Network, part: ModelPart, i: number, x: tf.Tensor, visible: Visibility): tf.Tensor {
  const layer = net.architecture[part].layers[i];
  const name = `${part}.layers.${i}`;
  const input = net.config.norm === 'pre' ? normalise(net, `${name}.mixing-norm`, x) : x;
  return operatorOf(layer.operator).mix({ x: input, place: mixingPlace(net, name, layer, i), ...visible });
}
