import type * as tf from '@tensorflow/tfjs-core';

/** How a parameter starts. Fans are those of the full matrix. */
export type Initial =
  | { kind: 'zeros' | 'ones' }
  /** U(±gain·√(6/(fan in + fan out))) (Glorot and Bengio 2010). */
  | { kind: 'xavier'; gain: number; fanIn: number; fanOut: number }
  | { kind: 'uniform'; bound: number }
  /** N(0, deviation²); a row given in `zeroRow` is 0. */
  | { kind: 'normal'; deviation: number; zeroRow?: number };

/** A vector or a matrix: its name in checkpoints, its shape, and how it starts. */
export interface Parameter {
  name: string;
  shape: number[];
  initial: Initial;
  /** Its name where a supernet keeps it for some of its subnets alone; absent: all share it, by its own name. */
  storedAs?: string;
}

/** The name of what a parameter is a corner of. */
export function storedName({ name, storedAs = name }: Pick<Parameter, 'name' | 'storedAs'>): string {
  return storedAs;
}

export interface StoredParameter {
  shape: number[];
  data: Float32Array;
}

/** Parameters that networks compute with, wherever they lie. */
export interface Weights {
  /**
   * The leading corner of that shape, to be used before the parameter changes (weight entanglement, Chen et al.
   * 2021). The caller disposes of it.
   */
  corner(name: string, shape: number[]): tf.Tensor;
  /** The whole of a parameter on the host, not to be changed. */
  get(name: string): StoredParameter;
}

/** The corner of the weights that a parameter is. */
export function cornerOf(weights: Weights, parameter: Parameter): tf.Tensor {
  return weights.corner(storedName(parameter), parameter.shape);
}

export function size(shape: readonly number[]): number {
  return shape.reduce((product, extent) => product * extent, 1);
}
