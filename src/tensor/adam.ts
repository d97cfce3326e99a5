import { forEachRow, ParameterSet, type StoredParameter } from './parameters.ts';

export interface AdamOptions {
  beta1: number;
  beta2: number;
  epsilon: number;
  /** Decoupled: p −= rate · decay · p (Loshchilov and Hutter 2019). */
  weightDecay: number;
}

export const adamDefaults: AdamOptions = { beta1: 0.9, beta2: 0.98, epsilon: 1e-8, weightDecay: 1e-4 };

/** First and second moments, in the shapes of the parameters they belong to. */
export interface Moments {
  first: ParameterSet;
  second: ParameterSet;
}

export function zeroMoments(parameters: ParameterSet): Moments {
  return { first: ParameterSet.like(parameters), second: ParameterSet.like(parameters) };
}

/**
 * One Adam update (Kingma and Ba 2015) of the leading corner `shape` of a parameter, in place; the rest of it and of its moments
 * stays as it is. ε is added to the uncorrected √v, as fairseq does.
 *
 * @param gradient of the corner, row by row
 * @param update number of this update, from 1, for the bias correction
 */
export function adamUpdate(
  name: string, parameter: StoredParameter, moments: Moments, shape: readonly number[], gradient: Float32Array, rate: number, update: number,
  { beta1, beta2, epsilon, weightDecay }: AdamOptions = adamDefaults,
): void {
  const weights = parameter.data;
  const m = moments.first.get(name).data;
  const v = moments.second.get(name).data;
  const step = (rate * Math.sqrt(1 - beta2 ** update)) / (1 - beta1 ** update);
  const decay = 1 - rate * weightDecay;
  forEachRow(name, parameter.shape, shape, (from, to, length) => {
    for (let i = 0; i < length; i++) {
      const at = from + i;
      const g = gradient[to + i];
      m[at] = beta1 * m[at] + (1 - beta1) * g;
      v[at] = beta2 * v[at] + (1 - beta2) * g * g;
      weights[at] = decay * weights[at] - (step * m[at]) / (Math.sqrt(v[at]) + epsilon);
    }
  });
}
