import type { ChooseParams } from '../../schemas/types.ts';
import { boundsOf } from '../nas/costs/bounds.ts';
import type { CostTerms } from '../nas/costs/cost.ts';
import { CostMeter, type CostMeterOptions } from '../nas/costs/meter.ts';
import { StageError } from '../runner/stage.ts';

/** Sizes (parameters, layers only) that one winner is chosen within. */
export interface SizeWindow {
  limit?: number;
  floor?: number;
  /** Tells whether a network keeps these and all other bounds. */
  costs: CostMeter;
}

/**
 * The windows that are asked for, by ascending limit: those of the front, or a single one.
 * @throws StageError where both are asked for
 */
export function windowsOf(params: ChooseParams, terms: CostTerms, options: CostMeterOptions): SizeWindow[] {
  const { front, floor } = params;
  if (front && params.limit !== undefined) {
    throw new StageError('"limit" and "front" both say how large a network may be: leave one of them out.');
  }
  const bounds = boundsOf(params);
  const sizes = front
    ? front.toSorted((a, b) => a.limit - b.limit).map((size) => ({ floor, ...size }))
    : [{ floor, limit: params.limit }];
  return sizes.map((size) => ({ ...size, costs: new CostMeter(terms, { ...bounds, parameters: size }, options) }));
}
