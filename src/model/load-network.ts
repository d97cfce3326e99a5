import * as tf from '@tensorflow/tfjs-core';
import { cornerOf, type Weights } from '../tensor/parameters.ts';
import type { Architecture, ModelConfig } from './architecture.ts';
import type { Network } from './network.ts';
import { parametersOf } from './parameters.ts';

/**
 * An architecture with its weights as tensors, for everything but training. Each is read from the parameters when it is
 * first used. The caller disposes of the network.
 */
export function loadNetwork(
  config: ModelConfig,
  architecture: Architecture,
  weights: Weights,
): Network & { dispose(): void } {
  const parameters = new Map(parametersOf(config, architecture).map((parameter) => [parameter.name, parameter]));
  const tensors = new Map<string, tf.Tensor>();
  return {
    config,
    architecture,
    weight(name) {
      const tensor = tensors.get(name) ?? tf.keep(cornerOf(weights, parameters.get(name) ?? unknownParameter(name)));
      tensors.set(name, tensor);
      return tensor;
    },
    dispose: () => tf.dispose([...tensors.values()]),
  };
}

/** For a name that no parameter of the network has. */
export function unknownParameter(name: string): never {
  throw new Error(`This architecture has no parameter "${name}".`);
}
