import * as tf from '@tensorflow/tfjs-core';
import { lightConvolution } from '../../tensor/ops/convolution.ts';
import { dropout } from '../../tensor/ops/dropout.ts';
import { convolutionOperator } from './convolution.ts';
import type { MixingPlace } from './operator.ts';

/** Lightweight convolution (Wu et al. 2019a): one kernel for a group of channels, the same at all steps. */
export const light = convolutionOperator({
  parameter: ({ heads, kernel }) => ({
    shape: [heads, kernel],
    initial: { kind: 'xavier', gain: 1, fanIn: kernel, fanOut: heads * kernel },
  }),

  convolve: (x, _, place, window) => lightConvolution(x, normalisedKernel(place), window),

  /** The same for every row. */
  stepKernels(inner, place) {
    const [rows] = inner.shape;
    return tf.gather(tf.reshape(normalisedKernel(place), [1, -1]), tf.zeros([rows], 'int32'));
  },

  operations: () => 0,
});

/** `[heads, K]`, each row summing to 1 before dropout. */
function normalisedKernel({ weight, rates, dropout: source }: MixingPlace): tf.Tensor2D {
  return dropout(tf.softmax(weight('kernel') as tf.Tensor2D), rates.kernel, source);
}
