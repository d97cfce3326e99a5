import type * as tf from '@tensorflow/tfjs-core';
import { type AdamOptions, type AdamStep, adamUpdate, type Moments, squaredNorm, zeroMoments } from './adam.ts';
import { type Cell, CornerCounts } from './corner-counts.ts';
import { valuesOf } from './host.ts';
import type { ParameterSet } from './parameter-set.ts';
import { type Parameter, storedName, type StoredParameter } from './parameters.ts';
import type { TrainedParameters, UpdateStep } from './trained-parameters.ts';

/**
 * Weights and moments as arrays of this process: any engine can use them, and a checkpoint is the arrays as they are.
 */
export class HostParameters implements TrainedParameters {
  constructor(
    readonly weights: ParameterSet,
    readonly moments: Moments = zeroMoments(weights),
    /** How often corners were trained; absent where nothing has asked yet. */
    public counts?: CornerCounts,
  ) {}

  corner(name: string, shape: number[]): tf.Tensor {
    return this.weights.corner(name, shape);
  }

  get(name: string): StoredParameter {
    return this.weights.get(name);
  }

  update(corners: readonly Parameter[], tensors: readonly tf.Tensor[], step: UpdateStep): number {
    const { terms, clipNorm, rate, update, adam, rateOf } = step;
    const gradients = tensors.map(valuesOf);
    const norm = normOf(gradients) / terms;
    if (!Number.isFinite(norm)) return norm;
    const scale = (clipNorm > 0 && norm > clipNorm ? clipNorm / norm : 1) / terms;
    corners.forEach((corner, i) => {
      const gradient = gradients[i];
      if (!rateOf) this.updateCorner(corner, { gradient, scale, rate, update }, adam);
      else
        for (const cell of this.counted(corner))
          this.updateCorner(corner, { gradient, scale, rate: rateOf(cell.updates), update: cell.updates, cell }, adam);
    });
    return norm;
  }

  private updateCorner(corner: Parameter, step: AdamStep, options: AdamOptions): void {
    const name = storedName(corner);
    adamUpdate(name, this.weights.get(name), this.moments, corner.shape, step, options);
  }

  /** Counts this update of the corner. */
  private counted(corner: Parameter): Cell[] {
    this.counts ??= new CornerCounts();
    this.counts.add(corner);
    return this.counts.cells(corner);
  }

  cut(corners: readonly Parameter[]): HostParameters {
    const { first, second } = this.moments;
    const moments = { first: first.cut(corners), second: second.cut(corners) };
    return new HostParameters(this.weights.cut(corners), moments, this.counts?.cut(corners));
  }

  toHost(): { weights: ParameterSet; moments: Moments; counts?: CornerCounts } {
    return this;
  }
}

function normOf(gradients: readonly Float32Array[]): number {
  let sum = 0;
  for (const values of gradients) sum += squaredNorm(values);
  return Math.sqrt(sum);
}
