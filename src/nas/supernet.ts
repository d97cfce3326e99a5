import type { ModelConfig } from '../model/architecture.ts';
import type { Batch } from '../model/batch.ts';
import { parametersOf } from '../model/parameters.ts';
import type { Parameter, Weights } from '../tensor/parameters.ts';
import { largestArchitectures, type Space } from './space.ts';

/** A supernet, and what its subnets are measured on. */
export interface MeasuredSupernet {
  config: ModelConfig;
  weights: Weights;
  batches: readonly Batch[];
}

/** Every parameter of the whole supernet, each operator at its full size. */
export function supernetParameters(config: ModelConfig, space: Space): Parameter[] {
  const all = largestArchitectures(space).flatMap((architecture) => parametersOf(config, architecture));
  return [...new Map(all.map((parameter) => [parameter.name, parameter])).values()];
}
