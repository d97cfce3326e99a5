import * as tf from '@tensorflow/tfjs-core';
import { attend } from '../tensor/ops/attention.ts';
import { rowsOf } from '../tensor/ops/rows.ts';
import type { DecoderLayer } from './architecture.ts';
import { embed, firstTokenPosition } from './embedding.ts';
import { type Encoding, feedForward } from './encoder.ts';
import type { MixingState, Visibility } from './mixing/operator.ts';
import { operatorOf } from './mixing/operators.ts';
import { attentionDrops, mixingPlace, type Network, normalise, residual } from './network.ts';
import { project } from './projection.ts';

/** Keys, values and mask of one decoder layer's view of the source; they do not change from step to step. */
export interface Memory {
  keys: tf.Tensor;
  values: tf.Tensor;
  /** `[sentences, sources]`, as an attention's mask has it. */
  padding?: Float32Array;
}

/** Features of every step at once, `[size, length, d]`, for `input [size, length]` ids padded on the right. */
export function decode(net: Network, encoding: Encoding, input: Int32Array, size: number): tf.Tensor {
  let x = embed(net, 'decoder', input, size);
  net.architecture.decoder.layers.forEach((_, i) => {
    x = decoderLayer(net, i, x, encoding);
  });
  return outputFeatures(net, x);
}

/** No step sees what comes after it. */
export const causal: Visibility = { window: 'causal', mask: { causal: true } };

/**
 * Layer `i` of the decoder, `x [size, length, d]`; what it computes on the way goes with it, but
 * for what its gradient will need.
 */
export function decoderLayer(net: Network, i: number, x: tf.Tensor, encoding: Encoding): tf.Tensor {
  const layer = net.architecture.decoder.layers[i];
  const name = `decoder.layers.${i}`;
  return tf.tidy(() => {
    const mixed = residual(net, `${name}.mixing-norm`, x, (y) =>
      operatorOf(layer.operator).mix({ x: y, place: mixingPlace(net, name, layer, i), ...causal }),
    );
    return afterMixing(net, name, layer, memoryOf(net, name, layer, encoding), mixed);
  });
}

/** The last layer's output as the output layer reads it. */
export function outputFeatures(net: Network, x: tf.Tensor): tf.Tensor {
  return net.config.norm === 'pre' ? normalise(net, 'decoder.norm', x) : x;
}

/** Logits over the target dictionary for features `[..., d]`, as rows `[n, types]`. */
export function predict(net: Network, features: tf.Tensor): tf.Tensor2D {
  const weight = net.weight('output.weight');
  return tf.matMul(tf.reshape(features, [-1, weight.shape[1]!]), weight, false, true) as tf.Tensor2D;
}

/** Decoding step by step: what the mixing operators remember of the steps so far, for any number of hypotheses (rows). */
export interface DecoderState {
  step: number;
  /** By layer; none before the first step. */
  mixing: MixingState[];
  /** Where the next step's rows go on: its row i from row `parents[i]`; absent, each from itself. */
  parents?: Int32Array;
}

export const startState: DecoderState = { step: 0, mixing: [] };

/** Each decoder layer's view of the encoded sentences, a row a sentence. */
export function memoriesOf(net: Network, encoding: Encoding): Memory[] {
  return net.architecture.decoder.layers.map((layer, i) => memoryOf(net, `decoder.layers.${i}`, layer, encoding));
}

/**
 * Features `[rows, 1, d]` of the next step, after reading one id a row; and the state after it. Rows are the hypotheses
 * of one sentence after the other, equally many for each sentence of the memories, which they share.
 */
export function decodeStep(
  net: Network,
  memories: readonly Memory[],
  state: DecoderState,
  input: Int32Array,
): { features: tf.Tensor; state: DecoderState } {
  const { decoder } = net.architecture;
  const mixing: MixingState[] = [];
  const parents = state.parents ?? Int32Array.from(input.keys());
  let x = embed(net, 'decoder', input, input.length, firstTokenPosition + state.step);
  decoder.layers.forEach((layer, i) => {
    const name = `decoder.layers.${i}`;
    x = residual(net, `${name}.mixing-norm`, x, (y) => {
      const result = operatorOf(layer.operator).step({
        x: y,
        place: mixingPlace(net, name, layer, i),
        state: state.step > 0 ? { kept: state.mixing[i], parents } : undefined,
      });
      mixing.push(result.state);
      return result.y;
    });
    x = afterMixing(net, name, layer, memories[i], x);
  });
  return { features: outputFeatures(net, x), state: { step: state.step + 1, mixing } };
}

/** Row i of the result is row `rows[i]`. */
export function selectMemories(memories: readonly Memory[], rows: Int32Array): Memory[] {
  return memories.map(({ keys, values, padding }) => ({
    keys: rowsOf(keys, rows),
    values: rowsOf(values, rows),
    padding: padding && selectRows(padding, padding.length / keys.shape[0]!, rows),
  }));
}

function afterMixing(
  net: Network,
  name: string,
  layer: DecoderLayer,
  { keys, values, padding }: Memory,
  x: tf.Tensor,
): tf.Tensor {
  const crossed = residual(net, `${name}.cross-norm`, x, (y) => {
    // Steps do not see each other here, so one step of several hypotheses is attended like several steps of one.
    const query = project(net, `${name}.cross.query`, y);
    const queries = tf.reshape(query, [keys.shape[0]!, -1, keys.shape[2]!]);
    const seen = attend(queries, keys, values, layer.crossHeads, { padding }, attentionDrops(net));
    return project(net, `${name}.cross.out`, tf.reshape(seen, query.shape));
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
    padding: mask.padding && repeatRows(mask.padding, joined.shape[0]!, seen.length),
  };
}

function selectRows(values: Float32Array, width: number, rows: Int32Array): Float32Array {
  const selected = new Float32Array(rows.length * width);
  rows.forEach((row, i) => selected.set(values.subarray(row * width, (row + 1) * width), i * width));
  return selected;
}

/** Each of the rows several times over, side by side. */
function repeatRows(values: Float32Array, rows: number, times: number): Float32Array {
  const width = values.length / rows;
  const repeated = new Float32Array(values.length * times);
  for (let i = 0; i < rows * times; i++) {
    const row = Math.floor(i / times);
    repeated.set(values.subarray(row * width, (row + 1) * width), i * width);
  }
  return repeated;
}
