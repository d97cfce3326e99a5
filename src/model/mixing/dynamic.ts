import * as tf from '@tensorflow/tfjs-core';
import { dynamicConvolution } from '../../tensor/ops/convolution.ts';
import { dropout } from '../../tensor/ops/dropout.ts';
import { convolutionOperator } from './convolution.ts';
import type { MixingPlace } from './operator.ts';

/** Dynamic convolution (Wu et al. 2019a): kernels of each step's own, made from that step alone. */
export const dynamic = convolutionOperator({
  parameter: ({ width, heads, kernel }) => ({
    shape: [heads * kernel, width],
    initial: { kind: 'uniform', bound: width ** -0.5 },
  }),

  convolve: (x, inner, place, window) => dynamicConvolution(x, kernelsOf(inner, place), window),

  stepKernels: kernelsOf,

  operations: ({ width, heads, kernel }, length) => length * width * heads * kernel,
});

/** `[batch, time, heads, K]`, each kernel summing to 1 before dropout. */
function kernelsOf(x: tf.Tensor, { weight, heads, kernel, rates, dropout: source }: MixingPlace): tf.Tensor4D {
  const [batch, time, width] = x.shape;
  const scores = tf.matMul(tf.reshape(x, [batch * time, width]), tf.transpose(weight('kernel')));
  const kernels = tf.softmax(tf.reshape(scores, [batch, time, heads, kernel])) as tf.Tensor4D;
  return dropout(kernels, rates.kernel, source);
}
