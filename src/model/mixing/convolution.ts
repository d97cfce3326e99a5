import * as tf from '@tensorflow/tfjs-core';
import type { Window } from '../../tensor/ops/convolution.ts';
import { rowsOf } from '../../tensor/ops/rows.ts';
import type { Parameter } from '../../tensor/parameters.ts';
import { linearParameters } from '../parameter-blocks.ts';
import { project } from '../projection.ts';
import type { MixingOperations, MixingOperator, MixingPlace, MixingSize } from './operator.ts';

/** How a convolution comes to its kernels. */
export interface KernelSource {
  parameter(size: MixingSize): Omit<Parameter, 'name'>;
  /** `Σ kernel · x` over a window, for `x [batch, time, d]` of which padding is 0 and `inner`, the same with it. */
  convolve(x: tf.Tensor, inner: tf.Tensor, place: MixingPlace, window: Window): tf.Tensor;
  /** Normalised kernels of one step, for `inner [rows, 1, d]`: as many numbers as `[rows, heads, 1, K]`. */
  stepKernels(inner: tf.Tensor, place: MixingPlace): tf.Tensor;
  /** Multiply-adds that make the kernels of a sequence. */
  operations(size: MixingSize, length: number): number;
}

/** A convolution over time between two linear maps (Wu et al. 2019a), without gated linear units. */
export function convolutionOperator(kernels: KernelSource): MixingOperator {
  return {
    parameters: (size) => [
      ...linearParameters('in', size.width, size.width),
      { name: 'kernel', ...kernels.parameter(size) },
      ...linearParameters('out', size.width, size.width),
    ],

    mix({ x, place, window, keep }) {
      const inner = project(place, 'in', x);
      return project(place, 'out', kernels.convolve(keep ? tf.mul(inner, keep) : inner, inner, place, window));
    },

    /** Keeps what the last K − 1 steps were, `[rows, heads, steps, d / heads]`. */
    step({ x, place, state }) {
      const { heads, kernel } = place;
      const inner = project(place, 'in', x);
      const [rows, , width] = inner.shape;
      const now = tf.reshape(inner, [rows, heads, 1, width / heads]);
      const seen = state ? tf.concat([rowsOf(state.kept.seen, state.parents), now], 2) : now;
      const steps = seen.shape[2]!;
      // Before the sequence there are zeros: only the last taps meet a step.
      const taps = last(tf.reshape(kernels.stepKernels(inner, place), [rows, heads, 1, kernel]), steps, 3);
      const mixed = tf.matMul(taps, seen);
      return {
        y: project(place, 'out', tf.reshape(mixed, [rows, 1, width])),
        state: { seen: last(seen, Math.min(steps, kernel - 1), 2) },
      };
    },

    operations: (size, length): MixingOperations => ({
      layers: 2 * length * size.width * size.width + kernels.operations(size, length),
      taps: length * size.width * size.kernel,
    }),

    division: (heads) => ({ parts: heads, what: 'heads', widths: ['layer'] }),
  };
}

/** The last `count` along an axis. */
function last(x: tf.Tensor, count: number, axis: number): tf.Tensor {
  const rest = x.shape[axis]! - count;
  return rest === 0 ? x : tf.split(x, [rest, count], axis)[1];
}
