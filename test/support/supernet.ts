import { activations } from '../../src/tensor/ops/attributes.ts';
import type { ModelConfig } from '../../src/model/architecture.ts';
import { operatorNames } from '../../src/model/mixing/operators.ts';
import type { TrainingOptions, TrainingState } from '../../src/model/trainer.ts';
import type { Space } from '../../src/nas/space.ts';
import { supernetParameters } from '../../src/nas/supernet.ts';
import { smoothedCrossEntropyLoss } from '../../src/model/loss.ts';
import { HostParameters } from '../../src/tensor/host-parameters.ts';
import { ParameterSet } from '../../src/tensor/parameter-set.ts';
import { RandomStream } from '../../src/tensor/random.ts';

/** All operatorNames and activations, two choices of every size. */
export const smallSpace: Space = {
  widths: [8, 16],
  ratios: [1, 1.5],
  heads: [2, 4],
  operators: [...operatorNames],
  activations: [...activations],
  encoderLayers: 2,
  decoderLayers: [1, 2],
  crossHeads: [2, 4],
  spans: [1, 2],
};

/** Large steps and decay, so that whatever is touched shows it. */
export const largeSteps: TrainingOptions = {
  schedule: { peak: 1e-2, initial: 1e-3, warmup: 4 },
  adam: { beta1: 0.9, beta2: 0.98, epsilon: 1e-8, weightDecay: 0.1 },
  loss: smoothedCrossEntropyLoss(0.1),
  clipNorm: 0,
  seed: { value: 1, stream: 'test' },
};

/** A supernet before its first update. */
export function newSupernet(config: ModelConfig, space: Space): TrainingState {
  const weights = ParameterSet.initialise(supernetParameters(config, space), (name) => new RandomStream(1, name));
  return { config, parameters: new HostParameters(weights), updates: 0 };
}
