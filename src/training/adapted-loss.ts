import type { SupernetCheckpoint } from '../artifacts/checkpoint.ts';
import { TrainingBatches } from '../batching/training-batches.ts';
import { type Architecture, configAlone } from '../model/architecture.ts';
import type { Batch } from '../model/batch.ts';
import { smoothedCrossEntropyLoss } from '../model/loss.ts';
import { parametersOf } from '../model/parameters.ts';
import { NotFiniteError, type TrainingState, trainUpdate } from '../model/trainer.ts';
import { validationLoss } from '../model/validation.ts';
import type { Seed } from '../runner/stage.ts';
import { trainingOptions } from './options.ts';

export interface Adaptation {
  /** Of each candidate by itself, from the supernet's weights and moments. */
  updates: number;
  /** Folder of the `corpus`. */
  corpus: string;
  /** Batches of validation that losses are measured on. */
  validation: readonly Batch[];
  labelSmoothing: number;
  partTokens: number;
  seed: Seed;
}

/**
 * Validation loss of a candidate after a few updates of its own: all candidates train on the same batches, those that
 * would come next in the supernet's training, at its rate. The supernet stays as it is. NaN where training diverges.
 */
export function adaptedLoss(
  { document, state }: SupernetCheckpoint,
  { updates, corpus, validation, labelSmoothing, partTokens, seed }: Adaptation,
): (architecture: Architecture) => number {
  const { model, training } = document;
  const alone = configAlone(model);
  const batches = TrainingBatches.read(corpus, training.maxTokens, seed);
  const options = trainingOptions(training, smoothedCrossEntropyLoss(training.labelSmoothing), seed);
  const steps: Batch[][] = [];
  let cursor = { epoch: document.progress.epoch, batch: document.progress.batch };
  for (let i = 0; i < updates; i++) {
    const next = batches.next(cursor, partTokens);
    steps.push(next.parts);
    cursor = next.cursor;
  }
  return (architecture) => {
    const parameters = state.parameters.cut(parametersOf(model, architecture));
    const candidate: TrainingState = { config: alone, parameters, updates: state.updates };
    try {
      for (const parts of steps) trainUpdate(candidate, architecture, parts, options);
    } catch (error) {
      if (error instanceof NotFiniteError) return NaN;
      throw error;
    }
    return validationLoss(alone, architecture, candidate.parameters, validation, labelSmoothing).smoothed;
  };
}
