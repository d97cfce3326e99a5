import {
  type Architecture,
  type DecoderLayer,
  type EncoderLayer,
  kernelOf,
  type ModelConfig,
} from '../../model/architecture.ts';
import type { MixingOperations, MixingSize } from '../../model/mixing/operator.ts';
import { operatorOf } from '../../model/mixing/operators.ts';
import type { Cost } from './cost.ts';

/** Multiply-adds of the layers for a pair of 30 tokens a side, as Lite Transformer's tables have them. */
export const operations: Cost = {
  unit: 'multiply-adds',
  isCheap: true,
  measure: ({ config }, architecture) => countOperations(config, architecture, liteLengths).layers,
};

/** Multiply-adds of one sentence pair. */
export interface Operations {
  /**
   * Linear maps and attention's products in the layers: what Lite Transformer's tables
   * count, at 30 tokens on each side.
   */
  layers: number;
  /** Taps of the convolutions. */
  taps: number;
  /** The output projection. */
  output: number;
}

/** Tokens of a sentence pair. */
export interface Lengths {
  source: number;
  target: number;
}

/** Those of a sentence pair in Lite Transformer's tables (Wu et al. 2019b). */
export const liteLengths: Lengths = { source: 30, target: 30 };

/**
 * Multiply-adds of a pair of that length, every target step at once; embeddings, norms and
 * activations need none to speak of.
 */
export function countOperations(config: ModelConfig, architecture: Architecture, lengths: Lengths): Operations {
  const { encoder, decoder } = architecture;
  const parts = [
    ...encoder.layers.map((layer, i) => encoderLayerOperations(config, architecture, layer, i, lengths)),
    ...decoder.layers.map((layer, i) => decoderLayerOperations(config, architecture, layer, i, lengths)),
  ];
  return {
    layers: parts.reduce((sum, part) => sum + part.layers, 0),
    taps: parts.reduce((sum, part) => sum + part.taps, 0),
    output: outputOperations(config, architecture, lengths),
  };
}

export function encoderLayerOperations(
  config: ModelConfig,
  { attentionWidth, encoder: { width } }: Architecture,
  layer: EncoderLayer,
  i: number,
  { source }: Lengths,
): MixingOperations {
  const mixed = mixing(layer, { width, kernel: kernelOf(config, i), attention: { width: attentionWidth } }, source);
  return { layers: mixed.layers + feedForward(width, layer, source), taps: mixed.taps };
}

export function decoderLayerOperations(
  config: ModelConfig,
  { attentionWidth, encoder, decoder }: Architecture,
  layer: DecoderLayer,
  i: number,
  { source, target }: Lengths,
): MixingOperations {
  const d = decoder.width;
  const inner = attentionWidth ?? d;
  const mixed = mixing(layer, { width: d, kernel: kernelOf(config, i), attention: { width: inner } }, target);
  const seen = source * layer.span;
  const cross = 2 * target * d * inner + 2 * seen * encoder.width * inner + 2 * target * seen * inner;
  return { layers: mixed.layers + cross + feedForward(d, layer, target), taps: mixed.taps };
}

export function outputOperations(config: ModelConfig, { decoder }: Architecture, { target }: Lengths): number {
  return target * decoder.width * config.targetTypes;
}

function mixing({ operator, heads }: EncoderLayer, size: Omit<MixingSize, 'heads'>, length: number): MixingOperations {
  return operatorOf(operator).operations({ ...size, heads }, length);
}

function feedForward(d: number, { inner }: Pick<EncoderLayer, 'inner'>, length: number): number {
  return 2 * length * d * inner;
}
