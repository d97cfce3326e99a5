import type * as tf from '@tensorflow/tfjs-core';
import { RandomStream } from '../../../src/tensor/random.ts';

/** A tensor's contents on the host. */
export interface Values {
  shape: number[];
  data: Float32Array;
}

/** An operator on certain inputs, and what it must give: the same formula once more, in loops over doubles. */
export interface Case {
  operator: (...inputs: tf.Tensor[]) => tf.Tensor;
  /** The operator's result, flat, in double precision. */
  definition: (...inputs: Float64Array[]) => Float64Array;
  inputs: Values[];
  /** Multiply-adds of the definition, roughly: it decides how many finite differences a test can afford. */
  work: number;
  /** False where the operator has no gradient. */
  differentiable?: boolean;
  /**
   * How large the terms are that the result, and the gradient by each input, are sums of. Errors are relative to
   * the largest element, or to this where all of them are smaller because terms cancel, as in a sum of three
   * products that comes out near 0.
   */
  scales?: number[];
}

export function elements(shape: readonly number[]): number {
  return shape.reduce((product, extent) => product * extent, 1);
}

/**
 * Nearly standard normal numbers (sums of four uniform ones, Irwin 1927) from Park and Miller's generator: looks up no
 * global name, which costs more than all the rest in Jest's contexts, and tensors have many elements. One seed and
 * name always give the same numbers.
 */
export function noise(seed: number, ...name: (string | number)[]): () => number {
  let state = new RandomStream(seed, ...name).integer(2147483646) + 1;
  const uniform = () => (state = (state * 48271) % 2147483647) / 2147483647;
  return () => (uniform() + uniform() + uniform() + uniform() - 2) * 1.7320508075688772;
}

/** Nearly standard normal values times `scale`. */
export function normal(shape: number[], seed: number, scale = 1): Values {
  const next = noise(seed, ...shape);
  const data = new Float32Array(elements(shape));
  for (let i = 0; i < data.length; i++) data[i] = scale * next();
  return { shape, data };
}

export function range<T>(n: number, f: (i: number) => T): T[] {
  return Array.from({ length: n }, (_, i) => f(i));
}
