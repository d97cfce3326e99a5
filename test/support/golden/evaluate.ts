import * as tf from '@tensorflow/tfjs-core';
import type { Architecture, ModelConfig } from '../../../src/model/architecture.ts';
import type { Network } from '../../../src/model/network.ts';
import { differentiate } from '../../../src/tensor/differentiate.ts';
import type { Computed } from './cases.ts';
import { parameter, uniform } from './draw.ts';
import { relativeError, type Stored } from './stored.ts';

/** Relative error that single precision is allowed, by norm and by largest value. */
export const tolerance = 1e-5;

export type LookUp = (key: string) => tf.Tensor;

/**
 * Computes a case by the model's own operators and backward pass: faults of the output, and of the gradients of Σ
 * slopes · output by every input and parameter.
 *
 * @param f from the case's inputs and parameters, by their keys, to its output, 0 at padding
 */
export function faultsOf(
  { name, scale, inputs, output, gradients }: Computed,
  f: (leaf: LookUp) => tf.Tensor,
): string[] {
  return tf.tidy(() => {
    const keys = Object.keys(gradients);
    const leaves = keys.map((key) => {
      const { shape } = gradients[key];
      return tf.tensor(
        inputs.includes(key) ? uniform(`${name}/${key}`, elements(shape), scale) : parameter(name, key, shape),
        shape,
      );
    });
    const slopes = tf.tensor(uniform(`${name}/slopes`, elements(output.shape), 1), output.shape);
    const faults: string[] = [];
    const { gradients: made } = differentiate(() => {
      const y = f((key) => leaves[keys.indexOf(key)]);
      faults.push(...faultOf('output', y, output));
      return output.shape.length ? tf.sum(tf.mul(y, slopes)) : tf.mul(y, slopes);
    }, leaves);
    made.forEach((gradient, i) => faults.push(...faultOf(`gradient by ${keys[i]}`, gradient, gradients[keys[i]])));
    return faults;
  });
}

/** Nothing where a tensor is what is stored. */
export function faultOf(what: string, actual: tf.Tensor, stored: Stored): string[] {
  return valueFaultOf(what, actual.dataSync() as Float32Array, stored);
}

export function valueFaultOf(what: string, actual: Float32Array, stored: Stored): string[] {
  const error = relativeError(actual, stored);
  return error > tolerance ? [`${what} is off by ${error.toExponential(1)}`] : [];
}

/** A network without dropout whose weights are a case's leaves. */
export function networkOf(config: Partial<ModelConfig>, architecture: Architecture, weight: LookUp): Network {
  return {
    config: { sourceTypes: 4, targetTypes: 4, kernels: [1], norm: 'post', dropout: 0, weightDropout: 0, ...config },
    architecture,
    weight,
  };
}

function elements(shape: readonly number[]): number {
  return shape.reduce((product, extent) => product * extent, 1);
}
