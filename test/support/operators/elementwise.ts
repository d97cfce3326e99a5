import type { Activation } from '../../../src/tensor/ops/attributes.ts';
import * as tf from '@tensorflow/tfjs-core';
import { activate } from '../../../src/tensor/ops/activation.ts';
import { dropoutBy, dropoutMask } from '../../../src/tensor/ops/dropout.ts';
import { type Case, elements, normal } from './case.ts';

/** A global name's look-up is what costs most in a loop in Jest's contexts. */
const { exp, max } = Math;

/** In double precision. */
export const activations: Record<Activation, (x: number) => number> = {
  relu: (x) => (x > 0 ? x : 0),
  'leaky-relu': (x) => (x > 0 ? x : 0.01 * x),
  swish: (x) => x / (1 + exp(-x)),
};

export function activationCase(name: Activation, shape: number[], seed: number): Case {
  const x = normal(shape, seed, 3);
  // A finite difference over the kink at 0 says nothing of the slope on either side.
  x.data.forEach((value, i) => {
    x.data[i] = Math.abs(value) < 1e-3 ? 1e-3 : value;
  });
  return {
    operator: (x) => activate(x, name),
    definition: (x) => x.map(activations[name]),
    inputs: [x],
    work: 4 * x.data.length,
  };
}

const arithmetic = {
  add: { operator: tf.add, definition: (a: number, b: number) => a + b },
  sub: { operator: tf.sub, definition: (a: number, b: number) => a - b },
  mul: { operator: tf.mul, definition: (a: number, b: number) => a * b },
};

export type Arithmetic = keyof typeof arithmetic;

/** `a (op) b`, each repeated along the axes that it lacks or has one of. */
export function binaryCase(name: Arithmetic, a: number[], b: number[], seed: number): Case {
  const shape = tf.broadcast_util.assertAndGetBroadcastShape(a, b);
  const [placesA, placesB] = [a, b].map((from) => broadcastPlaces(from, shape));
  const { operator, definition } = arithmetic[name];
  return {
    operator: (a, b) => operator(a, b),
    definition: (a, b) => Float64Array.from(placesA, (place, i) => definition(a[place], b[placesB[i]])),
    inputs: [normal(a, seed), normal(b, seed + 1)],
    work: 4 * placesA.length,
  };
}

/** For each element of `shape`, which element of a tensor of shape `from` it takes. */
function broadcastPlaces(from: readonly number[], shape: readonly number[]): number[] {
  return Array.from({ length: elements(shape) }, (_, i) => {
    let [place, stride, rest] = [0, 1, i];
    for (let back = 1; back <= shape.length; back++) {
      const extent = from.at(-back) ?? 1;
      if (back <= from.length) {
        if (extent > 1) place += (rest % shape.at(-back)!) * stride;
        stride *= extent;
      }
      rest = Math.floor(rest / shape.at(-back)!);
    }
    return place;
  });
}

/** Over the last axis. */
export function softmaxCase(shape: number[], spread: number, seed: number): Case {
  const columns = shape.at(-1)!;
  return {
    operator: (x) => tf.softmax(x),
    definition: (x) => {
      const y = new Float64Array(x.length);
      for (let from = 0; from < x.length; from += columns) {
        const row = x.subarray(from, from + columns);
        const largest = row.reduce((a, b) => max(a, b), -Infinity);
        const sum = row.reduce((total, value) => total + exp(value - largest), 0);
        row.forEach((value, i) => {
          y[from + i] = exp(value - largest) / sum;
        });
      }
      return y;
    },
    inputs: [normal(shape, seed, spread)],
    work: 20 * elements(shape),
    // A probability is of order 1/n, and its gradient a difference of numbers as large.
    scales: [0, 1 / columns],
  };
}

export function dropoutCase(shape: number[], rate: number, key: [number, number], seed: number): Case {
  const mask = dropoutMask(elements(shape), rate, key);
  return {
    operator: (x) => dropoutBy(x, { rate, key }),
    definition: (x) => x.map((value, i) => mask[i] * value),
    inputs: [normal(shape, seed)],
    work: 2 * mask.length,
  };
}
