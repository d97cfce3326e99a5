import * as tf from '@tensorflow/tfjs-core';
import { attend, masked } from '../tensor/ops/attention.ts';
import { type DecoderLayer, kernelOf } from './architecture.ts';
import { embed, firstTokenPosition } from './embedding.ts';
import { type Encoding, feedForward } from './encoder.ts';
import { mix, type MixingState, mixStep } from './mixing.ts';
import { type Network, normalise, project, residual } from './network.ts';

/** Keys, values and mask of one decoder layer's view of the source; they do not change from step to step. */
export interface Memory {
  keys: tf.Tensor;
  values: tf.Tensor;
  mask?: tf.Tensor;
}

/** Features of every step at once, `[size, length, d]`, for `input [size, length]` ids padded on the right. */
export function decode(net: Network, encoding: Encoding, input: Int32Array, size: number): tf.Tensor {
  const { config, architecture: { decoder } } = net;
  const mask = causalMask(input.length / size);
  let x = embed(net, 'decoder', input, size);
  decoder.layers.forEach((layer, i) => {
    const name = `decoder.layers.${i}`;
    x = residual(net, `${name}.mixing-norm`, x, (y) =>
      mix(net, `${name}.${layer.operator}`, layer.operator, y, layer.heads, kernelOf(config, i), { window: 'causal', mask }));
    x = afterMixing(net, name, layer, memoryOf(net, name, layer, encoding), x);
  });
  return config.norm === 'pre' ? normalise(net, 'decoder.norm', x) : x;
}

/** Logits over the target dictionary for features `[..., d]`, as rows `[n, types]`. */
export function predict(net: Network, features: tf.Tensor): tf.Tensor2D {
  const weight = net.weight('output.weight');
  return tf.matMul(tf.reshape(features, [-1, weight.shape[1]!]), tf.transpose(weight)) as tf.Tensor2D;
}

/** Decoding step by step: what the mixing operators remember of the steps so far, for any number of hypotheses (rows). */
export interface DecoderState {
  step: number;
  mixing: (MixingState | undefined)[];
}

export function startState(net: Network): DecoderState {
  return { step: 0, mixing: net.architecture.decoder.layers.map(() => undefined) };
}

/** Each decoder layer's view of the encoded sentences, a row a sentence. */
export function memoriesOf(net: Network, encoding: Encoding): Memory[] {
  return net.architecture.decoder.layers.map((layer, i) => memoryOf(net, `decoder.layers.${i}`, layer, encoding));
}

/**
 * Features `[rows, 1, d]` of the next step, after reading one id a row; and the state after it. Rows are the hypotheses of one
 * sentence after the other, equally many for each sentence of the memories, which they share.
 */
export function decodeStep(
  net: Network, memories: readonly Memory[], state: DecoderState, input: Int32Array,
): { features: tf.Tensor; state: DecoderState } {
  const { config, architecture: { decoder } } = net;
  const mixing: MixingState[] = [];
  let x = embed(net, 'decoder', input, input.length, firstTokenPosition + state.step);
  decoder.layers.forEach((layer, i) => {
    const name = `decoder.layers.${i}`;
    x = residual(net, `${name}.mixing-norm`, x, (y) => {
      const result = mixStep(net, `${name}.${layer.operator}`, layer.operator, y, layer.heads, kernelOf(config, i), state.mixing[i]);
      mixing.push(result.state);
      return result.y;
    });
    x = afterMixing(net, name, layer, memories[i], x);
  });
  const features = config.norm === 'pre' ? normalise(net, 'decoder.norm', x) : x;
  return { features, state: { step: state.step + 1, mixing } };
}

/** The state of other rows: row i of the result continues row `rows[i]`. */
export function selectState({ step, mixing }: DecoderState, rows: Int32Array): DecoderState {
  const select = rowSelector(rows);
  return { step, mixing: mixing.map((layer) => layer && Object.fromEntries(Object.entries(layer).map(([name, x]) => [name, select(x)]))) };
}

/** Row i of the result is row `rows[i]`. */
export function selectMemories(memories: readonly Memory[], rows: Int32Array): Memory[] {
  const select = rowSelector(rows);
  return memories.map(({ keys, values, mask }) => ({ keys: select(keys), values: select(values), mask: mask && select(mask) }));
}

function rowSelector(rows: Int32Array): (x: tf.Tensor) => tf.Tensor {
  const indices = tf.tensor1d(rows, 'int32');
  return (x) => tf.gather(x, indices);
}

function afterMixing(net: Network, name: string, layer: DecoderLayer, { keys, values, mask }: Memory, x: tf.Tensor): tf.Tensor {
  const crossed = residual(net, `${name}.cross-norm`, x, (y) => {
    // Steps do not see each other here, so one step of several hypotheses is attended like several steps of one.
    const queries = tf.reshape(project(net, `${name}.cross.query`, y), [keys.shape[0]!, -1, keys.shape[2]!]);
    return project(net, `${name}.cross.out`, tf.reshape(attend(queries, keys, values, layer.crossHeads, mask), y.shape));
  });
  return residual(net, `${name}.feed-forward-norm`, crossed, (y) => feedForward(net, `${name}.feed-forward`, layer, y));
}

/** Keys and values over the last `span` encoder layers, joined along time, last layer first (HAT). */
function memoryOf(net: Network, name: string, { span }: DecoderLayer, { outputs, mask }: Encoding): Memory {
  const seen = outputs.slice(0, span);
  const joined = seen.length > 1 ? tf.concat(seen, 1) : seen[0];
  return {
    keys: project(net, `${name}.cross.key`, joined),
    values: project(net, `${name}.cross.value`, joined),
    mask: mask && seen.length > 1 ? tf.concat(seen.map(() => mask), 3) : mask,
  };
}

function causalMask(length: number): tf.Tensor {
  const mask = new Float32Array(length * length);
  for (let t = 0; t < length; t++) mask.fill(masked, t * length + t + 1, (t + 1) * length);
  return tf.tensor(mask, [1, 1, length, length]);
}
