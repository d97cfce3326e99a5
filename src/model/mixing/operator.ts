import type * as tf from '@tensorflow/tfjs-core';
import type { AttentionMask } from '../../tensor/ops/attributes.ts';
import type { Window } from '../../tensor/ops/convolution.ts';
import type { DropoutSource } from '../../tensor/ops/dropout.ts';
import type { Parameter } from '../../tensor/parameters.ts';
import type { AttentionForm } from '../parameter-blocks.ts';
import type { NamedTensors } from '../projection.ts';

/** What the parameters and the cost of a mixing operator depend on. */
export interface MixingSize {
  /** Channels, d. */
  width: number;
  /** Attention heads, or groups of channels that share a kernel, or both. */
  heads: number;
  /** Taps of a convolution, K. */
  kernel: number;
  attention?: AttentionForm;
}

/** Into how many equal parts widths must divide, and what these are, as the end of a message. */
export interface Division {
  parts: number;
  what: string;
  /** Of the layer, or of query, key and value, which may be the same. */
  widths: readonly ('layer' | 'attention')[];
}

/** What a layer may see of a sequence. */
export interface Visibility {
  window: Window;
  mask: AttentionMask;
  /** `[batch, time, 1]`, 0 at padding: convolutions must not carry what stands there into the sentence. */
  keep?: tf.Tensor;
}

/** A mixing operator's place in a network: its own weights, by their names below the operator's, and its choices. */
export interface MixingPlace extends NamedTensors {
  heads: number;
  kernel: number;
  /** Rates of dropout on the weights of attention and on normalised kernels. */
  rates: { attention: number; kernel: number };
  /** Only while training. */
  dropout?: DropoutSource;
}

/** What is mixed, and where. */
export interface Mixing extends Visibility {
  /** `[batch, time, d]`. */
  x: tf.Tensor;
  place: MixingPlace;
}

/** One step of decoding: what is new, where, and what earlier steps left. */
export interface MixingStep {
  /** `[rows, 1, d]`. */
  x: tf.Tensor;
  place: MixingPlace;
  /** Absent before the first step. */
  state?: PastState;
}

/** What earlier steps left, for rows that have changed since: row i goes on from row `parents[i]`. */
export interface PastState {
  kept: MixingState;
  parents: Int32Array;
}

/** What an operator remembers of earlier steps while decoding step by step: tensors by name, a row a hypothesis. */
export type MixingState = Record<string, tf.Tensor>;

/** Multiply-adds of a sentence: of linear maps and attention's products, and those of convolution taps. */
export interface MixingOperations {
  layers: number;
  taps: number;
}

/** What mixes the time steps of a layer. One object is all that the program knows of the operator. */
export interface MixingOperator {
  /** In a fixed order; names stand below the operator's own, shapes are PyTorch's, `[out, in]`. */
  parameters(size: MixingSize): Parameter[];
  /** `[batch, time, d]`, every step at once. */
  mix(mixing: Mixing): tf.Tensor;
  /** The causal `mix` for one step more, `[rows, 1, d]`, and what the step after it needs. */
  step(step: MixingStep): { y: tf.Tensor; state: MixingState };
  /** For a sequence of `length` steps. */
  operations(size: MixingSize, length: number): MixingOperations;
  division(heads: number): Division;
}

/** The same parameters under names below `name`. */
export function below(name: string, parameters: readonly Parameter[]): Parameter[] {
  return parameters.map((parameter) => ({ ...parameter, name: `${name}.${parameter.name}` }));
}
