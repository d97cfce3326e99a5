import * as tf from '@tensorflow/tfjs-core';
import type { Drops } from './attributes.ts';
import { hasFused, runFused } from './fused.ts';
import type { RandomStream } from '../random.ts';

/**
 * Where dropout takes its masks from. Each call of `next` opens a counter-based sequence of its own: element i of a
 * mask depends on the sequence's key and on i alone, so that any engine, thread or worker can redraw any part of it.
 */
export class DropoutSource {
  constructor(private readonly stream: RandomStream) {}

  next(): [number, number] {
    return [this.stream.uint32(), this.stream.uint32()];
  }
}

export const noDrops: Drops = { rate: 0, key: [0, 0] };

/** Those of the next mask; none without a source (evaluation) or at rate 0. */
export function nextDrops(rate: number, source: DropoutSource | undefined): Drops {
  return source && rate > 0 ? { rate, key: source.next() } : noDrops;
}

/**
 * Inverted dropout of `x` (any shape): each element is zeroed with probability `rate`, the others are divided by 1 −
 * rate. Without a source (evaluation) or at rate 0 it is the identity.
 */
export function dropout<T extends tf.Tensor>(x: T, rate: number, source: DropoutSource | undefined): T {
  return dropoutBy(x, nextDrops(rate, source));
}

/** Dropout by that mask. */
export function dropoutBy<T extends tf.Tensor>(x: T, drops: Drops): T {
  if (drops.rate === 0) return x;
  if (hasFused('FusedDropout')) return runFused('FusedDropout', { x }, { drops }) as T;
  return tf.mul(x, tf.tensor(dropoutMask(x.size, drops.rate, drops.key), x.shape)) as T;
}

/** Values 0 and 1/(1 − rate) for elements 0 … size − 1 of the sequence named by `key`. */
export function dropoutMask(size: number, rate: number, key: [number, number]): Float32Array {
  const mask = new Float32Array(size);
  const threshold = Math.round(rate * 4294967296);
  const kept = 1 / (1 - rate);
  const [k0, k1] = key;
  for (let i = 0; i < size; i++) {
    if (mix((i ^ k0) | 0, k1) >= threshold) mask[i] = kept;
  }
  return mask;
}

/** A 32-bit mixing function: three multiply–xorshift rounds, the second and third keyed. */
function mix(x: number, key: number): number {
  x = Math.imul(x ^ (x >>> 16), 0x21f0aaad);
  x = Math.imul(x ^ (x >>> 15) ^ key, 0x735a2d97);
  x = Math.imul(x ^ (x >>> 15) ^ ((key >>> 16) | (key << 16)), 0x7feb352d);
  return (x ^ (x >>> 15)) >>> 0;
}
