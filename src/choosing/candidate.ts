import path from 'node:path';
import { readCheckpoint, writeCheckpoint } from '../artifacts/checkpoint.ts';
import { TrainingBatches } from '../batching/training-batches.ts';
import { drawSample, type ValidationSample } from '../batching/validation-sample.ts';
import type { Architecture } from '../model/architecture.ts';
import { NotFiniteError } from '../model/trainer.ts';
import { validationLoss } from '../model/validation.ts';
import type { PartContext } from '../runner/stage.ts';
import { startEngine } from '../stage/engine.ts';
import { EpochWeights } from '../training/epoch-weights.ts';
import { runTraining } from '../training/run.ts';
import { type TrainingTerms, untrainedNetwork } from '../training/single-network.ts';

/** A network and how far it is to be trained from scratch. */
export interface CandidateTraining {
  /** Names the random streams, so that a training is the same in whatever company. */
  genes: string;
  architecture: Architecture;
  terms: TrainingTerms;
  /** In all, those that were made before included. */
  updates: number;
  averageEpochs: number;
  /** What the loss is measured on. */
  validation: ValidationSample;
}

/** What a training came to. */
export interface CandidateResult {
  /** Label-smoothed validation loss of the mean of its last weights; null where training diverged. */
  loss: number | null;
  /** Weights whose mean that is. */
  averaged: number;
}

/**
 * Trains a network from scratch, or on from where an earlier part left it, to the same bits as in one go. Leaves a
 * `checkpoint` artifact's files, and the weights at the ends of the last epochs.
 */
export async function trainCandidate(context: PartContext<CandidateTraining>): Promise<CandidateResult> {
  const { params, inputs, before, files, progress, events } = context;
  const { genes, architecture, terms, updates, averageEpochs, validation } = params;
  const { partTokens } = await startEngine(context);
  const seed = { value: context.seed!.value, stream: `${context.seed!.stream}.${genes}` };
  const start = before ? readCheckpoint(before) : untrainedNetwork(terms, architecture, seed);
  const epochs = new EpochWeights(path.join(progress, 'epochs'), averageEpochs);
  if (before) epochs.takeOver(new EpochWeights(path.join(before, 'epochs'), averageEpochs), start.state.updates);
  try {
    const { checkpoint } = runTraining({
      context,
      seed,
      start,
      updates: updates - start.state.updates,
      partTokens,
      batches: TrainingBatches.read(inputs.corpus, terms.training.maxTokens, seed),
      architectureOf: () => architecture,
      epochs,
    });
    checkpoint.document.summary = `one network after ${updates} updates`;
    writeCheckpoint(files, checkpoint);
    new EpochWeights(path.join(files, 'epochs'), averageEpochs).takeOver(epochs, updates);
    const { weights, count } = epochs.meanOfLastFifth(updates, checkpoint.state.parameters.toHost().weights);
    const batches = drawSample(inputs.corpus, validation, partTokens);
    const { smoothed } = validationLoss(terms.model, architecture, weights, batches, validation.labelSmoothing);
    return { loss: Number.isFinite(smoothed) ? smoothed : null, averaged: count };
  } catch (error) {
    if (!(error instanceof NotFiniteError)) throw error;
    // One network that cannot be trained on these terms is no reason to give up the others.
    events.log(`${genes}: ${error.message}`, 'warning');
    return { loss: null, averaged: 0 };
  }
}
