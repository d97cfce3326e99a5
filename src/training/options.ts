import type { CheckpointDocument } from '../../schemas/types.ts';
import type { Loss } from '../model/loss.ts';
import type { TrainingOptions } from '../model/trainer.ts';
import { adamDefaults } from '../tensor/adam.ts';
import type { Seed } from '../runner/stage.ts';

/** How a network is trained, as its checkpoint keeps it. */
export type TrainingSettings = CheckpointDocument['training'];

/** The settings as the trainer takes them. */
export function trainingOptions(settings: TrainingSettings, loss: Loss, seed: Seed): TrainingOptions {
  return {
    loss,
    schedule: { peak: settings.learningRate, initial: settings.initialRate, warmup: settings.warmup },
    adam: { ...adamDefaults, weightDecay: settings.weightDecay },
    clipNorm: settings.clipNorm,
    cornerCounts: settings.cornerCounts,
    seed,
  };
}
