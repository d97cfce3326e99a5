import * as tf from '@tensorflow/tfjs-core';
import { adamUpdate, type AdamOptions, type Moments, squaredNorm } from '../tensor/adam.ts';
import { valuesOf } from '../tensor/host.ts';
import type { ParameterSet } from '../tensor/parameters.ts';
import { RandomStream } from '../tensor/random.ts';
import type { Architecture, ModelConfig } from './architecture.ts';
import type { Batch } from './batch.ts';
import { learningRate, type Schedule } from './schedule.ts';
import { gradientsOf } from './training-step.ts';

/** What is trained; all of it is updated in place. */
export interface TrainingState {
  config: ModelConfig;
  weights: ParameterSet;
  moments: Moments;
  /** Updates made so far, over all stages. */
  updates: number;
}

export interface TrainingOptions {
  schedule: Schedule;
  adam: AdamOptions;
  labelSmoothing: number;
  /** Largest norm of a gradient; a longer one is scaled down (0: never). */
  clipNorm: number;
  /** Root of the dropout streams. */
  seed: { value: number; stream: string };
}

export interface UpdateReport {
  /** Label-smoothed, nats a target token. */
  loss: number;
  tokens: number;
  gradientNorm: number;
  rate: number;
}

/** Training that does not lead anywhere any more. */
export class NotFiniteError extends Error {
  override readonly name = 'NotFiniteError';
}

/**
 * One update of the architecture's own weights and moments: gradient of the loss a target token over all parts of a batch, clipped,
 * then Adam. Random numbers depend on the number of the update alone, so that a resumed run repeats an undisturbed one.
 */
export function trainUpdate(state: TrainingState, architecture: Architecture, parts: readonly Batch[], options: TrainingOptions): UpdateReport {
  const update = state.updates + 1;
  const { value, stream } = options.seed;
  const { parameters, tensors, smoothed, tokens } = gradientsOf(state.config, architecture, state.weights, parts, options.labelSmoothing,
    (part) => new RandomStream(value, stream, 'dropout', update, part));
  const gradients = tensors.map(valuesOf);
  const norm = normOf(gradients) / tokens;
  if (!Number.isFinite(norm)) {
    tf.dispose(tensors);
    throw new NotFiniteError(`The gradient of update ${update} is not finite; a lower learning rate or a longer warm-up may help.`);
  }
  const scale = (options.clipNorm > 0 && norm > options.clipNorm ? options.clipNorm / norm : 1) / tokens;
  const rate = learningRate(options.schedule, update);
  parameters.forEach(({ name, shape }, i) => {
    adamUpdate(name, state.weights.get(name), state.moments, shape, { gradient: gradients[i], scale, rate, update }, options.adam);
  });
  tf.dispose(tensors);
  state.updates = update;
  return { loss: smoothed / tokens, tokens, gradientNorm: norm, rate };
}

function normOf(gradients: readonly Float32Array[]): number {
  let sum = 0;
  for (const values of gradients) sum += squaredNorm(values);
  return Math.sqrt(sum);
}
