import { smoothedCrossEntropyLoss } from '../../src/model/loss.ts';
import type { TrainingOptions } from '../../src/model/trainer.ts';
import { adamDefaults } from '../../src/tensor/adam.ts';
import { labelSmoothing, learningRate } from './model.ts';

/** A training step as a peer's: equal rates, a gradient norm that is computed and never reached. */
export function trainingOptions(rate = learningRate, smoothing = labelSmoothing): TrainingOptions {
  return {
    // A warm-up without end between equal rates: the rate is constant.
    schedule: { peak: rate, initial: rate, warmup: Number.MAX_SAFE_INTEGER },
    adam: adamDefaults,
    loss: smoothedCrossEntropyLoss(smoothing),
    clipNorm: 1e9,
    seed: { value: 1, stream: 'bench' },
  };
}
