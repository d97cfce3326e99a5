import type * as tf from '@tensorflow/tfjs-core';
import { dynamicConvolution, lightConvolution, type Window } from '../../../src/tensor/ops/convolution.ts';
import { type Case, normal } from './case.ts';

export interface ConvolutionSizes {
  batch: number;
  time: number;
  heads: number;
  size: number;
  kernel: number;
  window: Window;
}

/** Shared by all steps, or with kernels for each of them. */
export function convolutionCase(
  type: 'light' | 'dynamic',
  { batch, time, heads, size, kernel, window }: ConvolutionSizes,
  seed: number,
): Case {
  const width = heads * size;
  const before = window === 'causal' ? kernel - 1 : (kernel - 1) / 2;
  return {
    operator: (x, weights) =>
      type === 'light'
        ? lightConvolution(x, weights as tf.Tensor2D, window)
        : dynamicConvolution(x, weights as tf.Tensor4D, window),
    definition: (x, weights) => {
      const y = new Float64Array(batch * time * width);
      for (let row = 0; row < batch * time; row++) {
        const t = row % time;
        for (let j = 0; j < kernel; j++) {
          if (t + j - before < 0 || t + j - before >= time) continue;
          for (let c = 0; c < width; c++) {
            const head = (c - (c % size)) / size;
            const weight = weights[((type === 'light' ? 0 : row * heads) + head) * kernel + j];
            y[row * width + c] += weight * x[(row + j - before) * width + c];
          }
        }
      }
      return y;
    },
    inputs: [
      normal([batch, time, width], seed),
      normal(type === 'light' ? [heads, kernel] : [batch, time, heads, kernel], seed + 1),
    ],
    work: 3 * batch * time * width * kernel,
  };
}
