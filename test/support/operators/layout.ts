import * as tf from '@tensorflow/tfjs-core';
import { type Case, elements, normal, range } from './case.ts';

/** Where each axis' neighbour is in memory. */
function stridesOf(shape: readonly number[]): number[] {
  return shape.map((_, axis) => elements(shape.slice(axis + 1)));
}

/** The element of a tensor of that shape that is `i`-th in memory: its place along each axis. */
function placeOf(i: number, shape: readonly number[]): number[] {
  return stridesOf(shape).map((stride, axis) => Math.floor(i / stride) % shape[axis]);
}

export function transposeCase(shape: number[], axes: number[], seed: number): Case {
  const to = axes.map((axis) => shape[axis]);
  const strides = stridesOf(shape);
  const places = range(elements(shape), (i) =>
    placeOf(i, to).reduce((at, place, axis) => at + place * strides[axes[axis]], 0),
  );
  return {
    operator: (x) => tf.transpose(x, axes),
    definition: (x) => x.map((_, i) => x[places[i]]),
    inputs: [normal(shape, seed)],
    work: 4 * elements(shape),
  };
}

/** Tensors of the same shape but for their extent along `axis`. */
export function concatCase(shape: number[], extents: number[], axis: number, seed: number): Case {
  const inner = elements(shape.slice(axis + 1));
  const outer = elements(shape.slice(0, axis));
  return {
    operator: (...parts) => tf.concat(parts, axis),
    definition: (...parts) => {
      const y: number[] = [];
      for (let i = 0; i < outer; i++)
        parts.forEach((part, p) => y.push(...part.subarray(i * extents[p] * inner, (i + 1) * extents[p] * inner)));
      return Float64Array.from(y);
    },
    inputs: extents.map((extent, i) => normal(shape.with(axis, extent), seed + i)),
    work: 10 * outer * inner * extents.reduce((a, b) => a + b),
  };
}

/** Parts of `extents` along `axis`, each multiplied by its number, counted from 1, and laid one after the other. */
export function splitCase(shape: number[], extents: number[], axis: number, seed: number): Case {
  const whole = shape.with(
    axis,
    extents.reduce((a, b) => a + b),
  );
  const partOf = range(elements(whole), (i) => {
    let at = placeOf(i, whole)[axis];
    return extents.findIndex((extent) => (at -= extent) < 0);
  });
  return {
    operator: (x) =>
      tf.concat(
        tf.split(x, extents, axis).map((part, i) => tf.mul(tf.reshape(part, [-1]), i + 1)),
        0,
      ),
    definition: (x) => {
      const parts: number[][] = extents.map(() => []);
      x.forEach((value, i) => {
        parts[partOf[i]].push((partOf[i] + 1) * value);
      });
      return Float64Array.from(parts.flat());
    },
    inputs: [normal(whole, seed)],
    work: 10 * elements(whole),
  };
}
