import type { ModelConfig } from '../model/architecture.ts';
import type { TrainingState } from '../model/trainer.ts';
import type { Seed } from '../runner/stage.ts';
import { HostParameters } from '../tensor/host-parameters.ts';
import { ParameterSet } from '../tensor/parameter-set.ts';
import type { Parameter } from '../tensor/parameters.ts';
import { RandomStream } from '../tensor/random.ts';

/** Before the first update: each parameter as its own stream below the stage's draws it. */
export function untrainedState(
  config: ModelConfig,
  parameters: readonly Parameter[],
  { value, stream }: Seed,
): TrainingState {
  const weights = ParameterSet.initialise(parameters, (name) => new RandomStream(value, stream, 'initial', name));
  return { config, parameters: new HostParameters(weights), updates: 0 };
}

/** Where training of a new network stands. */
export const notBegun = { updates: 0, epoch: 0, batch: 0 } as const;
