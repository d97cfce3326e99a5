import type { ModelConfig } from '../model/architecture.ts';
import type { Batch } from '../model/batch.ts';
import { parametersOf, targetParameters } from '../model/parameters.ts';
import { type Parameter, storedName } from '../tensor/parameters.ts';
import type { CostTerms } from './costs/cost.ts';
import { largestArchitectures, type Space } from './space.ts';

/** A supernet, and what its subnets are measured on. */
export interface MeasuredSupernet extends CostTerms {
  batches: readonly Batch[];
}

/** Every parameter of the whole supernet as it is stored, each operator at its full size. */
export function supernetParameters(config: ModelConfig, space: Space): Parameter[] {
  const all = largestArchitectures(space).flatMap((architecture) => parametersOf(config, architecture));
  // What decoders of one width have for themselves the largest do not show.
  if (config.unshared?.includes('targets'))
    all.push(...space.widths.flatMap((width) => targetParameters(config, width)));
  return [...new Map(all.map((parameter) => [storedName(parameter), stored(parameter)])).values()];
}

function stored({ storedAs, ...parameter }: Parameter): Parameter {
  return { ...parameter, name: storedAs ?? parameter.name };
}
