import { words } from './draw.ts';

/** A tensor as test/model/golden/make.py stores it; arrays are little-endian float32 in base64. */
export interface Stored {
  shape: number[];
  /** Euclidean norm and largest absolute value, which errors are relative to. */
  norm: number;
  largest: number;
  /** All values of a small tensor. */
  values?: string;
  /**
   * Of a larger one, sums of its elements in buckets with random signs (a count sketch, Charikar
   * et al. 2002) and some elements.
   */
  sketch?: string;
  samples?: string;
}

/**
 * How far a tensor is from the stored one: the norm of the difference over the norm, or the largest difference over
 * the largest value, whichever is larger. For a larger tensor the first is taken of sketches, as that of a difference
 * is as long as the difference in the mean, and the second of the samples. Infinite where the number of elements
 * differs or something is not a number.
 */
export function relativeError(actual: Float32Array, { shape, norm, largest, values, sketch, samples }: Stored): number {
  if (actual.length !== shape.reduce((product, extent) => product * extent, 1)) return Infinity;
  const [all, some] = [values ?? sketch!, values ?? samples!].map(decode);
  const length = distance(values === undefined ? sketchOf(actual, all.length) : actual, all);
  const most = spread(values === undefined ? samplesOf(actual, some.length) : actual, some);
  const error = Math.max(length / norm, most / largest);
  return Number.isNaN(error) ? Infinity : error;
}

function decode(text: string): Float32Array {
  return new Float32Array(new Uint8Array(Buffer.from(text, 'base64')).buffer);
}

function sketchOf(values: Float32Array, buckets: number): Float64Array {
  const sketch = new Float64Array(buckets);
  words('sketch', values.length).forEach((word, i) => {
    sketch[word % buckets] += word >>> 31 ? -values[i] : values[i];
  });
  return sketch;
}

function samplesOf(values: Float32Array, count: number): Float32Array {
  return Float32Array.from(words('samples', count), (word) => values[word % values.length]);
}

/** Euclidean. */
function distance(a: ArrayLike<number>, b: Float32Array): number {
  return Math.sqrt(b.reduce((sum, value, i) => sum + (a[i] - value) ** 2, 0));
}

/** Largest difference of two elements. */
function spread(a: Float32Array, b: Float32Array): number {
  return b.reduce((most, value, i) => Math.max(most, Math.abs(a[i] - value)), 0);
}
