import type * as tf from '@tensorflow/tfjs-core';
import { adamUpdate, type Moments, squaredNorm, zeroMoments } from './adam.ts';
import { valuesOf } from './host.ts';
import type { ParameterSet } from './parameter-set.ts';
import type { Parameter, StoredParameter } from './parameters.ts';
import type { TrainedParameters, UpdateStep } from './trained-parameters.ts';

/**
 * Weights and moments as arrays of this process: any engine can use them, and a checkpoint is the arrays as they are.
 */
export class HostParameters implements TrainedParameters {
  constructor(
    readonly weights: ParameterSet,
    readonly moments: Moments = zeroMoments(weights),
  ) {}

  corner(name: string, shape: number[]): tf.Tensor {
    return this.weights.corner(name, shape);
  }

  get(name: string): StoredParameter {
    return this.weights.get(name);
  }

  update(corners: readonly Parameter[], tensors: readonly tf.Tensor[], step: UpdateStep): number {
    const { terms, clipNorm, rate, update, adam } = step;
    const gradients = tensors.map(valuesOf);
    const norm = normOf(gradients) / terms;
    if (!Number.isFinite(norm)) return norm;
    const scale = (clipNorm > 0 && norm > clipNorm ? clipNorm / norm : 1) / terms;
    corners.forEach(({ name, shape }, i) => {
      adamUpdate(
        name,
        this.weights.get(name),
        this.moments,
        shape,
        { gradient: gradients[i], scale, rate, update },
        adam,
      );
    });
    return norm;
  }

  cut(corners: readonly Parameter[]): HostParameters {
    const { first, second } = this.moments;
    return new HostParameters(this.weights.cut(corners), { first: first.cut(corners), second: second.cut(corners) });
  }

  toHost(): { weights: ParameterSet; moments: Moments } {
    return this;
  }
}

function normOf(gradients: readonly Float32Array[]): number {
  let sum = 0;
  for (const values of gradients) sum += squaredNorm(values);
  return Math.sqrt(sum);
}
