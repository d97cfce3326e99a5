import { collate, type Batch } from '../../src/model/batch.ts';
import type { Architecture, ModelConfig } from '../../src/model/architecture.ts';
import type { Operator } from '../../src/model/mixing/operators.ts';
import { parametersOf } from '../../src/model/parameters.ts';
import { RandomStream } from '../../src/tensor/random.ts';

/** What is trained on both sides: a post-norm Transformer, dropout after embeddings and sub-layers. */
export interface ModelSizes {
  width: number;
  operator: Operator;
  /** Entries of the source and of the target dictionary. */
  types: [number, number];
}

export const layers = 6;
export const heads = 4;
/** By layer, as the convolution papers have them. */
export const kernels = [3, 7, 15, 31, 31, 31];
export const dropout = 0.1;
export const labelSmoothing = 0.1;
export const learningRate = 1e-4;

/** Dictionaries of IWSLT'14 German-English. */
export const iwsltTypes: [number, number] = [8848, 6632];

/** Inner width of the feed-forward networks. */
export function innerOf(width: number): number {
  return 2 * width;
}

export function modelOf({ width, operator, types }: ModelSizes): { config: ModelConfig; architecture: Architecture } {
  const layer = { operator, heads, inner: innerOf(width), activation: 'relu' as const };
  return {
    config: { sourceTypes: types[0], targetTypes: types[1], kernels, norm: 'post', dropout, weightDropout: 0 },
    architecture: {
      encoder: { width, layers: Array(layers).fill(layer) },
      decoder: { width, layers: Array(layers).fill({ ...layer, crossHeads: heads, span: 1 }) },
    },
  };
}

/** Random sentences of one length on both sides, without padding. */
export function randomBatch(sentences: number, length: number, types: readonly [number, number]): Batch {
  const random = new RandomStream(1, 'sentences');
  const [source, target] = types.map((entries) =>
    Array.from({ length: sentences }, () =>
      Int32Array.from({ length }, (_, i) => (i === length - 1 ? 2 : 4 + random.integer(entries - 4))),
    ),
  );
  return collate(source, target);
}

/**
 * Floating-point operations of all products in a forward pass of the attention model, two a multiply-add: each
 * matrix of a linear map meets every token once, and each of the three attentions of a layer pair multiplies queries
 * by keys and weights by values.
 *
 * @param sentences of `length` tokens on either side
 */
export function forwardFlop(width: number, types: [number, number], sentences: number, length: number): number {
  const { config, architecture } = modelOf({ width, operator: 'attention', types });
  const matrices = parametersOf(config, architecture).filter(
    ({ name, shape }) => shape.length === 2 && !name.endsWith('embedding.weight'),
  );
  const tokens = sentences * length;
  const linear = matrices.reduce((sum, { shape: [out, input] }) => sum + tokens * out * input, 0);
  const attention = layers * 3 * 2 * tokens * length * width;
  return 2 * (linear + attention);
}
