import * as tf from '@tensorflow/tfjs-core';
import type { AdamOptions } from '../tensor/adam.ts';
import { RandomStream } from '../tensor/random.ts';
import type { TrainedParameters } from '../tensor/trained-parameters.ts';
import type { Architecture, ModelConfig } from './architecture.ts';
import type { Batch } from './batch.ts';
import { gradientsOf } from './gradients.ts';
import type { Loss } from './loss.ts';
import { learningRate, type Schedule } from './schedule.ts';

/** What is trained; all of it is updated in place. */
export interface TrainingState {
  config: ModelConfig;
  parameters: TrainedParameters;
  /** Updates made so far, over all stages. */
  updates: number;
}

export interface TrainingOptions {
  loss: Loss;
  schedule: Schedule;
  adam: AdamOptions;
  /** Largest norm of a gradient; a longer one is scaled down (0: never). */
  clipNorm: number;
  /** Weights of a supernet are updated by how often they have been trained themselves. */
  cornerCounts?: boolean;
  /** Root of the dropout streams. */
  seed: { value: number; stream: string };
}

export interface UpdateReport {
  /** Nats a target token. */
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
 * One update of the architecture's own weights and moments: gradient of the loss a target token over all parts
 * of a batch, clipped, then Adam. Random numbers depend on the number of the update alone, so that a resumed
 * run repeats an undisturbed one.
 */
export function trainUpdate(
  state: TrainingState,
  architecture: Architecture,
  parts: readonly Batch[],
  options: TrainingOptions,
): UpdateReport {
  const update = state.updates + 1;
  const { value, stream } = options.seed;
  const { parameters, tensors, loss, tokens } = gradientsOf(
    state.config,
    architecture,
    state.parameters,
    parts,
    options.loss,
    (part) => new RandomStream(value, stream, 'dropout', update, part),
  );
  const { adam, clipNorm, schedule, cornerCounts } = options;
  const rate = learningRate(schedule, update);
  const gradientNorm = state.parameters.update(parameters, tensors, {
    terms: tokens,
    clipNorm,
    rate,
    update,
    adam,
    // All warm up together; what is trained more rarely falls later.
    ...(cornerCounts && { rateOf: (own) => learningRate(schedule, Math.max(own, Math.min(update, schedule.warmup))) }),
  });
  tf.dispose(tensors);
  if (!Number.isFinite(gradientNorm)) {
    throw new NotFiniteError(
      `The gradient of update ${update} is not finite; a lower learning rate or a longer warm-up may help.`,
    );
  }
  state.updates = update;
  return { loss: loss / tokens, tokens, gradientNorm, rate };
}
