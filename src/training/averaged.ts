import path from 'node:path';
import type { Checkpoint } from '../artifacts/checkpoint.ts';
import { finalOf, type Series } from '../artifacts/metrics.ts';
import { TrainingBatches } from '../batching/training-batches.ts';
import type { Architecture } from '../model/architecture.ts';
import type { Seed } from '../runner/stage.ts';
import type { ParameterSet } from '../tensor/parameter-set.ts';
import type { Weights } from '../tensor/parameters.ts';
import { EpochWeights } from './epoch-weights.ts';
import { runTraining, type TrainingRun } from './run.ts';

/** Validation losses, in nats a token. */
export interface Losses {
  smoothed: number;
  likelihood: number;
}

export interface AveragedTraining {
  context: TrainingRun['context'];
  seed: Seed;
  /** Where training starts; changed in place. */
  start: Checkpoint;
  architecture: Architecture;
  /** Folder of the `corpus`. */
  corpus: string;
  updates: number;
  /** Ends of epochs, the last ones, that the mean is of. */
  averageEpochs: number;
  /** The mean is of the last fifth of the updates at most, and of the weights after the last one. */
  lastFifth?: boolean;
  partTokens: number;
  lossesOf: (weights: Weights) => Losses;
  /** As in `TrainingRun`: when the series `validation` has a point. */
  validatesAfter?: TrainingRun['validatesAfter'];
}

export interface AveragedNetwork {
  checkpoint: Checkpoint;
  series: Record<string, Series>;
  /** Mean of the weights at the end of the last epochs, and how many these are. */
  mean: { weights: ParameterSet; count: number };
  /** Smoothed, before the first update and after the last. */
  before: number;
  after: number;
  /** Of the mean. */
  averaged: Losses;
  /** Wall time of training, as `TrainingResult` has it. */
  seconds: number;
}

/** Trains one network, and takes the mean of its last epochs. */
export function trainAveraged(training: AveragedTraining): AveragedNetwork {
  const { context, seed, start, architecture, corpus, updates, partTokens, lossesOf, validatesAfter } = training;
  const before = lossesOf(start.state.parameters).smoothed;
  const epochs = new EpochWeights(path.join(context.progress, 'epochs'), training.averageEpochs);
  const { checkpoint, series, seconds } = runTraining({
    context,
    seed,
    start,
    updates,
    partTokens,
    batches: TrainingBatches.read(corpus, start.document.training.maxTokens, seed),
    architectureOf: () => architecture,
    validate: ({ parameters }) => ({ validation: lossesOf(parameters).smoothed }),
    validatesAfter,
    epochs,
  });
  const { state } = checkpoint;
  const last = state.parameters.toHost().weights;
  const mean = training.lastFifth
    ? epochs.meanOfLastFifth(state.updates, last, state.updates - updates)
    : epochs.mean(last);
  const after = finalOf(series.validation);
  return { checkpoint, series, mean, before, after, averaged: lossesOf(mean.weights), seconds };
}
