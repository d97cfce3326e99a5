import * as tf from '@tensorflow/tfjs-core';
import { forEachRow, ParameterSet } from './parameter-set.ts';
import type { StoredParameter } from './parameters.ts';

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

/** What an update is made of. */
export interface AdamStep {
  /** Of the corner, row by row. */
  gradient: Float32Array;
  /** What it is multiplied by first. */
  scale: number;
  /** Learning rate. */
  rate: number;
  /** Number of this update, from 1, for the bias correction. */
  update: number;
  /** Where in the corner; absent: all of it. */
  cell?: { row: number; column: number; rows: number; columns: number };
}

/**
 * One Adam update (Kingma and Ba 2015) of the leading corner `shape` of a parameter, or of a cell of it, in place; the
 * rest of it and of its moments stays as it is. ε is added to the uncorrected √v, as fairseq does.
 */
export function adamUpdate(
  name: string,
  parameter: StoredParameter,
  moments: Moments,
  shape: readonly number[],
  { gradient, scale, rate, update, cell }: AdamStep,
  { beta1, beta2, epsilon, weightDecay }: AdamOptions = adamDefaults,
): void {
  const stride = parameter.shape.at(-1)!;
  const whole = { row: 0, column: 0, rows: shape.length === 1 ? 1 : shape[0], columns: shape.at(-1)! };
  const { row, column, rows, columns } = cell ?? whole;
  const from = row * stride + column;
  const corner: AdamCorner = {
    weights: parameter.data.subarray(from),
    m: moments.first.get(name).data.subarray(from),
    v: moments.second.get(name).data.subarray(from),
    gradient: cell ? cellOf(gradient, whole.columns, cell) : gradient,
    scale,
    beta1,
    beta2,
    epsilon,
    rows,
    columns,
    stride,
    step: (rate * Math.sqrt(1 - beta2 ** update)) / (1 - beta1 ** update),
    decay: 1 - rate * weightDecay,
  };
  forEachRow(name, parameter.shape, shape, () => {}); // Throws where the corner does not fit.
  const engine = accelerated();
  if (engine.adam) engine.adam(corner);
  else updateCorner(corner);
}

/** A cell of a corner that is `width` wide, row by row. */
function cellOf(
  corner: Float32Array,
  width: number,
  { row, column, rows, columns }: NonNullable<AdamStep['cell']>,
): Float32Array {
  const cell = new Float32Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    const from = (row + i) * width + column;
    cell.set(corner.subarray(from, from + columns), i * columns);
  }
  return cell;
}

/** Σ x². */
export function squaredNorm(values: Float32Array): number {
  const engine = accelerated();
  if (engine.squaredNorm) return engine.squaredNorm(values);
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] * values[i];
  return sum;
}

function accelerated(): Partial<AdamBackend> {
  return (tf.findBackend(tf.getBackend()) ?? {}) as Partial<AdamBackend>;
}

/** A corner of a parameter and of its moments, row by row `stride` apart, and what to do with it. */
export interface AdamCorner {
  weights: Float32Array;
  m: Float32Array;
  v: Float32Array;
  /** Dense. */
  gradient: Float32Array;
  scale: number;
  rows: number;
  columns: number;
  stride: number;
  beta1: number;
  beta2: number;
  epsilon: number;
  step: number;
  decay: number;
}

/** An engine that brings the optimiser's loops. */
export interface AdamBackend {
  adam(corner: AdamCorner): void;
  squaredNorm(values: Float32Array): number;
}

function updateCorner({
  weights,
  m,
  v,
  gradient,
  scale,
  rows,
  columns,
  stride,
  beta1,
  beta2,
  epsilon,
  step,
  decay,
}: AdamCorner): void {
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const at = row * stride + column;
      const g = scale * gradient[row * columns + column];
      m[at] = beta1 * m[at] + (1 - beta1) * g;
      v[at] = beta2 * v[at] + (1 - beta2) * g * g;
      weights[at] = decay * weights[at] - (step * m[at]) / (Math.sqrt(v[at]) + epsilon);
    }
  }
}
