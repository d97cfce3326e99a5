import * as tf from '@tensorflow/tfjs-core';
import type { NativeBackend } from '../../src/tensor/engines/native/backend.ts';
import { type NativeCalls, span } from '../../src/tensor/engines/native/calls.ts';
import { selectEngine } from '../../src/tensor/engines/select.ts';
import { Blas, type ProductAnswer } from '../peers/blas.ts';
import type { Options } from '../support/arguments.ts';
import { interleavedMedians } from '../support/interleave.ts';
import { iwsltTypes } from '../support/model.ts';
import { flopOf, type Shape, shapesOf } from '../support/shapes.ts';
import { geometricMean, median } from '../support/statistics.ts';
import { tokens } from './step.ts';

/** How long one turn of one candidate lasts: a few products of the largest shape. */
const turnMilliseconds = 40;

interface Comparison extends Shape {
  /** Seconds of one product. */
  ours: number;
  theirs: number;
}

/** Our products beside OpenBLAS's, at every shape of a training step. */
export async function compareProducts({ widths, threads, rounds }: Options): Promise<void> {
  for (const count of threads) {
    const blas = new Blas(count);
    try {
      await selectEngine('native', count);
      const { calls } = tf.backend() as NativeBackend;
      console.log(
        `products, ${count} thread(s): ours (${calls.library.isa}) over ${await blas.describe()}, GFLOP/s, `
          + `medians of ${rounds}`,
      );
      const all: Comparison[] = [];
      for (const width of widths) {
        const comparisons: Comparison[] = [];
        for (const shape of shapesOf(width, tokens, iwsltTypes[1])) {
          comparisons.push(await compare(calls, blas, shape, rounds));
          console.log(line(width, comparisons.at(-1)!));
        }
        console.log(
          `  d=${width}: geometric mean ${meanRatio(comparisons).toFixed(3)}; all products of a step `
            + `${stepTimes(comparisons)}`,
        );
        all.push(...comparisons);
      }
      console.log(`  geometric mean of all ${all.length} shapes, ${count} thread(s): ${meanRatio(all).toFixed(3)}`);
    } finally {
      await blas.end();
    }
  }
}

async function compare(calls: NativeCalls, blas: Blas, shape: Shape, rounds: number): Promise<Comparison> {
  const multiply = prepare(calls, shape);
  const samples: Record<string, number[]> = {};
  const secondsOf = (side: string, { seconds, sample }: ProductAnswer): number => {
    samples[side] = sample;
    return seconds;
  };
  const { ours, theirs } = await interleavedMedians(
    {
      ours: () => secondsOf('ours', multiply(turnMilliseconds)),
      theirs: async () => secondsOf('theirs', await blas.multiply(shape, turnMilliseconds)),
    },
    rounds,
  );
  samples.ours.forEach((value, i) => {
    const expected = samples.theirs[i];
    if (!(Math.abs(value - expected) <= 1e-3 * Math.max(1, Math.abs(expected)))) {
      throw new Error(`${shape.what} ${sizesOf(shape)}: ours gives ${value} where OpenBLAS gives ${expected}.`);
    }
  });
  return { ...shape, ours, theirs };
}

/** Our product of the matrices that sgemm.py makes too; the function repeats it as that does. */
function prepare(
  calls: NativeCalls,
  { transposeA, transposeB, m, n, k }: Shape,
): (milliseconds: number) => ProductAnswer {
  const a = factor(m * k, 2654435761);
  const b = factor(k * n, 2246822519);
  const c = new Float32Array(m * n);
  const multiply = () =>
    calls.call('sn_gemm_batched', {
      transpose_a: Number(transposeA),
      transpose_b: Number(transposeB),
      batch: 1,
      m,
      n,
      k,
      a: span(a, m * k),
      lda: transposeA ? m : k,
      stride_a: 0,
      b: span(b, k * n),
      ldb: transposeB ? k : n,
      stride_b: 0,
      c: span(c, m * n),
      ldc: n,
      stride_c: 0,
      accumulate: 0,
      bias: null,
    });
  return (milliseconds) => {
    multiply();
    const seconds: number[] = [];
    const end = performance.now() + milliseconds;
    while (performance.now() < end || seconds.length < 3) {
      const start = performance.now();
      multiply();
      seconds.push((performance.now() - start) / 1000);
    }
    return { seconds: median(seconds), sample: [c[0], c[c.length >> 1], c[c.length - 1]] };
  };
}

/** Element i is (i · multiplier mod 2³²) / 2³² − ½. */
function factor(length: number, multiplier: number): Float32Array {
  return Float32Array.from({ length }, (_, i) => (Math.imul(i, multiplier) >>> 0) / 2 ** 32 - 0.5);
}

function line(width: number, comparison: Comparison): string {
  const rate = (seconds: number) => (flopOf(comparison) / seconds / 1e9).toFixed(1).padStart(7);
  const { what, ours, theirs } = comparison;
  return (
    `  d=${width} ${what.padEnd(35)} ${sizesOf(comparison).padEnd(17)} ${rate(ours)} ${rate(theirs)} `
    + `${(theirs / ours).toFixed(2).padStart(6)}`
  );
}

function sizesOf({ m, n, k }: Shape): string {
  return `${m}×${n}×${k}`;
}

function meanRatio(comparisons: readonly Comparison[]): number {
  return geometricMean(comparisons.map(({ ours, theirs }) => theirs / ours));
}

/** Each shape as often as it occurs. */
function stepTimes(comparisons: readonly Comparison[]): string {
  const total = (side: 'ours' | 'theirs') =>
    comparisons.reduce((sum, { count, [side]: seconds }) => sum + count * seconds, 0);
  return (
    `${total('ours').toFixed(2)} s, OpenBLAS's ${total('theirs').toFixed(2)} s, ratio `
    + `${(total('theirs') / total('ours')).toFixed(2)}`
  );
}
