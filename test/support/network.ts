import * as tf from '@tensorflow/tfjs-core';
import type { Architecture, ModelConfig, Operator } from '../../src/model/architecture.ts';
import { collate, type Batch } from '../../src/model/batch.ts';
import { parametersOf } from '../../src/model/parameters.ts';
import type { Gradients } from '../../src/model/training-step.ts';
import { ParameterSet } from '../../src/tensor/parameters.ts';
import { RandomStream } from '../../src/tensor/random.ts';

export const tinyConfig: ModelConfig = { sourceTypes: 16, targetTypes: 14, kernels: [3, 5], norm: 'post', dropout: 0, weightDropout: 0 };

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

/** Parameters with every value moved off its special start (zero biases, unit gains), so that no gradient vanishes by symmetry. */
export function randomWeights(config: ModelConfig, architecture: Architecture, seed = 1): ParameterSet {
  const weights = ParameterSet.initialise(parametersOf(config, architecture), (name) => new RandomStream(seed, name));
  for (const [name, { data }] of weights.entries) {
    const random = new RandomStream(seed, name, 'offset');
    for (let i = 0; i < data.length; i++) data[i] += 0.2 * (random.float() - 0.5);
  }
  return weights;
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

/** Gradients by parameter name, read and disposed of. */
export function gradientValues({ parameters, tensors }: Gradients): Map<string, Float32Array> {
  const values = new Map(parameters.map(({ name }, i) => [name, tensors[i].dataSync() as Float32Array]));
  tf.dispose(tensors);
  return values;
}
