import type * as tf from '@tensorflow/tfjs-core';
import type { AdamOptions, Moments } from './adam.ts';
import type { CornerCounts } from './corner-counts.ts';
import type { ParameterSet } from './parameter-set.ts';
import type { Parameter, Weights } from './parameters.ts';

/** What one update is made of. */
export interface UpdateStep {
  /** Terms that the loss is a sum of: the gradient is divided by their number. */
  terms: number;
  /** Largest norm of the gradient after that; a longer one is scaled down (0: never). */
  clipNorm: number;
  /** Learning rate. */
  rate: number;
  /** Number of this update, from 1. */
  update: number;
  adam: AdamOptions;
  /**
   * Learning rate of weights that have been trained that often, this update included. With it, weights of a supernet are
   * updated by their own count, in bias correction too; absent: all by `rate` and `update`.
   */
  rateOf?: (updates: number) => number;
}

/**
 * Parameters in training, with the optimiser's moments. `HostParameters` keeps them in arrays of this process; an
 * engine with memory of its own can keep them there.
 */
export interface TrainedParameters extends Weights {
  /**
   * One Adam update of the corners by the gradients of a sum, in place; what lies outside of them is not touched.
   * @returns Euclidean norm of the gradient a term, before it is clipped. Where that is not finite, nothing changes.
   */
  update(corners: readonly Parameter[], gradients: readonly tf.Tensor[], step: UpdateStep): number;
  /** Parameters of their own, which begin as these corners of weights and moments. */
  cut(corners: readonly Parameter[]): TrainedParameters;
  /** All there is as arrays, to be saved; not to be changed. */
  toHost(): { weights: ParameterSet; moments: Moments; counts?: CornerCounts };
}
