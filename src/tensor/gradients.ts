// TensorFlow.js' Node build carries no gradients: these modules register them, in registries that are global.
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import * as tf from '@tensorflow/tfjs-core';
import { swapLastAxes } from './ops/transpose.ts';

/**
 * Gradient of a product without transposed arguments: the WebAssembly backend multiplies those more than ten times
 * slower than it transposes and then multiplies (docs/engines.md).
 */
tf.registerGradient({
  kernelName: 'BatchMatMul',
  inputsToSave: ['a', 'b'],
  gradFunc: (dy, saved, attrs) => {
    const [a, b] = saved;
    if (attrs.transposeA || attrs.transposeB)
      throw new Error('Products are written without transposed arguments; transpose first.');
    return {
      a: () => tf.matMul(dy as tf.Tensor, swapLastAxes(b)),
      b: () => tf.matMul(swapLastAxes(a), dy as tf.Tensor),
    };
  },
});
