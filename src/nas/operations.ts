import { type Architecture, type DecoderLayer, type EncoderLayer, kernelOf, type ModelConfig, type Operator } from '../model/architecture.ts';

/** Multiply-adds of one sentence pair. */
export interface Operations {
  /** Linear maps and attention's products in the layers: what Lite Transformer's tables count, at 30 tokens on each side. */
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

/** Multiply-adds of a pair of that length, every target step at once; embeddings, norms and activations need none to speak of. */
export function countOperations(config: ModelConfig, architecture: Architecture, lengths: Lengths): Operations {
  const { encoder, decoder } = architecture;
  const parts = [
    ...encoder.layers.map((layer, i) => encoderLayerOperations(config, encoder.width, layer, i, lengths)),
    ...decoder.layers.map((layer, i) => decoderLayerOperations(config, architecture, layer, i, lengths)),
  ];
  return {
    layers: parts.reduce((sum, part) => sum + part.layers, 0),
    taps: parts.reduce((sum, part) => sum + part.taps, 0),
    output: outputOperations(config, architecture, lengths),
  };
}

type LayerOperations = Pick<Operations, 'layers' | 'taps'>;

export function encoderLayerOperations(config: ModelConfig, width: number, layer: EncoderLayer, i: number, { source }: Lengths): LayerOperations {
  const mixing = mixingOperations(layer.operator, width, layer.heads, kernelOf(config, i), source);
  return { layers: mixing.layers + feedForward(width, layer, source), taps: mixing.taps };
}

export function decoderLayerOperations(
  config: ModelConfig, { encoder, decoder }: Architecture, layer: DecoderLayer, i: number, { source, target }: Lengths,
): LayerOperations {
  const d = decoder.width;
  const mixing = mixingOperations(layer.operator, d, layer.heads, kernelOf(config, i), target);
  const seen = source * layer.span;
  const cross = 2 * target * d * d + 2 * seen * encoder.width * d + 2 * target * seen * d;
  return { layers: mixing.layers + cross + feedForward(d, layer, target), taps: mixing.taps };
}

export function outputOperations(config: ModelConfig, { decoder }: Architecture, { target }: Lengths): number {
  return target * decoder.width * config.targetTypes;
}

function mixingOperations(operator: Operator, d: number, heads: number, kernel: number, length: number): LayerOperations {
  switch (operator) {
    case 'attention': return { layers: 4 * length * d * d + 2 * length * length * d, taps: 0 };
    case 'light': return { layers: 2 * length * d * d, taps: length * d * kernel };
    case 'dynamic': return { layers: 2 * length * d * d + length * d * heads * kernel, taps: length * d * kernel };
    case 'lsra-light':
    case 'lsra-dynamic': {
      const attention = mixingOperations('attention', d / 2, heads, kernel, length);
      const convolution = mixingOperations(operator === 'lsra-light' ? 'light' : 'dynamic', d / 2, heads, kernel, length);
      return { layers: attention.layers + convolution.layers, taps: convolution.taps };
    }
  }
}

function feedForward(d: number, { inner }: Pick<EncoderLayer, 'inner'>, length: number): number {
  return 2 * length * d * inner;
}
