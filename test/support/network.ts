import * as tf from '@tensorflow/tfjs-core';
import { type Architecture, type ModelConfig, special } from '../../src/model/architecture.ts';
import { type Operator, operatorNames } from '../../src/model/mixing/operators.ts';
import { collate, type Batch } from '../../src/model/batch.ts';
import { parametersOf } from '../../src/model/parameters.ts';
import type { Gradients } from '../../src/model/gradients.ts';
import { ParameterSet } from '../../src/tensor/parameter-set.ts';
import { RandomStream } from '../../src/tensor/random.ts';

export const tinyConfig: ModelConfig = {
  sourceTypes: 16,
  targetTypes: 14,
  kernels: [3, 5],
  norm: 'post',
  dropout: 0,
  weightDropout: 0,
};

/** Two encoder and two decoder layers, narrow, of unequal widths, with every kind of choice in them. */
export function tinyArchitecture(operator: Operator, { heads = 2, span = 2 } = {}): Architecture {
  return {
    encoder: {
      width: 8,
      layers: [
        { operator, heads, inner: 12, activation: 'relu' },
        { operator, heads, inner: 8, activation: 'swish' },
      ],
    },
    decoder: {
      width: 12,
      layers: [
        { operator, heads, inner: 12, activation: 'leaky-relu', crossHeads: 4, span },
        { operator, heads, inner: 18, activation: 'swish', crossHeads: 2, span: 1 },
      ],
    },
  };
}

/** Those of the paper, of which some tests hold definitions or tables of their own. */
export const paperOperators = ['attention', 'light', 'dynamic', 'lsra-light', 'lsra-dynamic'] as const;
export type PaperOperator = (typeof paperOperators)[number];

/** What mixes the layers of a network: one operator in all of them, or another in each. */
export type Stack = Operator | 'mixed';
export const stacks: readonly Stack[] = [...operatorNames, 'mixed'];

/** All five operatorNames, and no two layers of a side alike in anything that can differ. */
const mixedArchitecture: Architecture = {
  encoder: {
    width: 8,
    layers: [
      { operator: 'attention', heads: 4, inner: 12, activation: 'relu' },
      { operator: 'lsra-dynamic', heads: 2, inner: 8, activation: 'swish' },
      { operator: 'light', heads: 1, inner: 16, activation: 'leaky-relu' },
    ],
  },
  decoder: {
    width: 12,
    layers: [
      { operator: 'dynamic', heads: 4, inner: 18, activation: 'swish', crossHeads: 2, span: 3 },
      { operator: 'lsra-light', heads: 3, inner: 12, activation: 'leaky-relu', crossHeads: 4, span: 1 },
      { operator: 'attention', heads: 2, inner: 24, activation: 'relu', crossHeads: 1, span: 2 },
    ],
  },
};

export function tinyStack(stack: Stack): Architecture {
  return stack === 'mixed' ? mixedArchitecture : tinyArchitecture(stack);
}

/**
 * Parameters with every value moved off its special start (zero biases, unit gains), so that no
 * gradient vanishes by symmetry.
 */
export function randomWeights(config: ModelConfig, architecture: Architecture, seed = 1): ParameterSet {
  const weights = ParameterSet.initialise(parametersOf(config, architecture), (name) => new RandomStream(seed, name));
  for (const [name, { data }] of weights.entries) {
    const random = new RandomStream(seed, name, 'offset');
    for (let i = 0; i < data.length; i++) data[i] += 0.2 * (random.float() - 0.5);
  }
  return weights;
}

/** The same weights but for one parameter, which `change` gives anew. */
export function withChanged(
  weights: ParameterSet,
  name: string,
  change: (data: Float32Array) => Float32Array,
): ParameterSet {
  const changed = new ParameterSet();
  for (const [key, entry] of weights.entries)
    changed.entries.set(key, key === name ? { ...entry, data: change(entry.data) } : entry);
  return changed;
}

/**
 * The same weights with large values where padding is embedded. No two are alike, or a layer
 * norm would make zeros of them.
 */
export function withFilledPadding(weights: ParameterSet): ParameterSet {
  return ['encoder.embedding.weight', 'decoder.embedding.weight'].reduce((filled, name) => {
    const width = weights.get(name).shape[1];
    const random = new RandomStream(1, name, 'padding');
    const isPadding = (i: number) => Math.floor(i / width) === special.padding;
    return withChanged(filled, name, (data) =>
      data.map((value, i) => (isPadding(i) ? 1000 * (random.float() - 0.5) : value)),
    );
  }, weights);
}

export function randomSentence(types: number, length: number, random: RandomStream): Int32Array {
  return Int32Array.from({ length }, (_, i) => (i === length - 1 ? 2 : 4 + random.integer(types - 4)));
}

export function randomBatch(config: ModelConfig, lengths: [number, number][], seed = 1): Batch {
  const random = new RandomStream(seed, 'batch');
  return collate(
    lengths.map(([source]) => randomSentence(config.sourceTypes, source, random)),
    lengths.map(([, target]) => randomSentence(config.targetTypes, target, random)),
  );
}

/** The same sentences padded by that much more, so that even the longest has some. */
export function padFurther(batch: Batch, { source, target }: { source: number; target: number }): Batch {
  const wider = (ids: Int32Array, before: number, after: number): Int32Array => {
    const length = ids.length / batch.size;
    const to = before + length + after;
    const padded = new Int32Array(batch.size * to).fill(special.padding);
    for (let row = 0; row < batch.size; row++)
      padded.set(ids.subarray(row * length, (row + 1) * length), row * to + before);
    return padded;
  };
  return {
    ...batch,
    sourceLength: batch.sourceLength + source,
    source: wider(batch.source, source, 0),
    targetLength: batch.targetLength + target,
    input: wider(batch.input, 0, target),
    target: wider(batch.target, 0, target),
  };
}

/** Gradients by parameter name, read and disposed of. */
export function gradientValues({ parameters, tensors }: Gradients): Map<string, Float32Array> {
  const values = new Map(parameters.map(({ name }, i) => [name, tensors[i].dataSync() as Float32Array]));
  tf.dispose(tensors);
  return values;
}
