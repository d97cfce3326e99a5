import * as tf from '@tensorflow/tfjs-core';
import { appendTo } from '../../../src/tensor/ops/rows.ts';
import { RandomStream } from '../../../src/tensor/random.ts';
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

/** Rows of a tensor of that shape, some of them several times. */
export function gatherCase(shape: number[], count: number, seed: number): Case {
  const ids = rowIds(shape[0], count, seed);
  const width = elements(shape.slice(1));
  return {
    operator: (x) => tf.gather(x, tf.tensor1d(ids, 'int32')),
    definition: (x) => Float64Array.from([...ids].flatMap((id) => [...x.subarray(id * width, (id + 1) * width)])),
    inputs: [normal(shape, seed)],
    work: 4 * count * width + elements(shape),
  };
}

/** `more` steps behind the `before` steps of any of `parents` rows. */
export function appendCase(
  { parents, before, more, rest }: { parents: number; before: number; more: number; rest: number[] },
  count: number,
  seed: number,
): Case {
  const ids = rowIds(parents, count, seed);
  const [earlier, now] = [before, more].map((steps) => steps * elements(rest));
  return {
    operator: (x, y) => appendTo(x, ids, y),
    definition: (x, y) =>
      Float64Array.from(
        [...ids].flatMap((id, i) => [
          ...x.subarray(id * earlier, (id + 1) * earlier),
          ...y.subarray(i * now, (i + 1) * now),
        ]),
      ),
    inputs: [normal([parents, before, ...rest], seed), normal([count, more, ...rest], seed + 1)],
    work: count * (earlier + now),
    differentiable: false,
  };
}

function rowIds(rows: number, count: number, seed: number): Int32Array {
  const random = new RandomStream(seed, 'rows');
  return Int32Array.from({ length: count }, () => random.integer(rows));
}
