import type { Activation } from '../tensor/ops/attributes.ts';
import type { Operator } from './mixing/operators.ts';

/** The two stacks of a network. */
export type ModelPart = 'encoder' | 'decoder';

export interface EncoderLayer {
  operator: Operator;
  /** Attention heads, or groups of channels that share a kernel, or both. */
  heads: number;
  /** Inner width of the feed-forward network. */
  inner: number;
  activation: Activation;
}

export interface DecoderLayer extends EncoderLayer {
  crossHeads: number;
  /** Cross-attention sees the outputs of the last `span` encoder layers, joined along time. */
  span: number;
}

/** One concrete network: a subnet of a supernet, a searched model or a fixed one. */
export interface Architecture {
  /** Width of query, key and value of every attention (HAT); absent: that of the layer. */
  attentionWidth?: number;
  encoder: { width: number; layers: EncoderLayer[] };
  decoder: { width: number; layers: DecoderLayer[] };
}

/** What is the same for all subnets of a supernet. */
export interface ModelConfig {
  /** Dictionary sizes, specials included. */
  sourceTypes: number;
  targetTypes: number;
  /** Convolution kernel of each layer, in both stacks; a deeper layer takes the last. */
  kernels: number[];
  /** Layer normalisation after the residual sum, or before the sub-layer. */
  norm: 'post' | 'pre';
  /** After the embeddings and after each sub-layer. */
  dropout: number;
  /** The width that `dropout` is for: a smaller one has less, in proportion (HAT). Absent: all widths have the same. */
  dropoutWidth?: number;
  /** After the encoder's mixing operators all widths have the same, whatever `dropoutWidth` says (HAT). */
  unscaledEncoderMixing?: boolean;
  /** On normalised convolution kernels. */
  weightDropout: number;
  /** On the weights of attention, that to the source included. Absent: none. */
  attentionDropout?: number;
  /** The width whose sinusoids all have, a narrower one their first channels (HAT). Absent: each width has its own. */
  positionsWidth?: number;
  /** Query, key and value start as the thirds of one matrix (HAT). Absent: each as a matrix of its own (fairseq). */
  stackedAttention?: boolean;
  /** What the subnets of a supernet have for themselves. Absent: they share all that they can. */
  unshared?: Unshared[];
}

/**
 * `targets`: decoders of other widths have other target embeddings and output matrices. `norms`: other mixing operators
 * are followed by other norms.
 */
export type Unshared = 'targets' | 'norms';

/** What is left of it for one network by itself. */
export function configAlone({ unshared: _, ...config }: ModelConfig): ModelConfig {
  return config;
}

export function kernelOf(config: ModelConfig, layer: number): number {
  return config.kernels[Math.min(layer, config.kernels.length - 1)];
}

/** Dropout of the activations of a stack that is `width` wide. */
export function dropoutOf({ dropout, dropoutWidth }: ModelConfig, width: number): number {
  return dropoutWidth === undefined ? dropout : (dropout * width) / dropoutWidth;
}

/** Ids of the special entries, the first four of every dictionary. */
export const special = { start: 0, padding: 1, end: 2, unknown: 3 } as const;
