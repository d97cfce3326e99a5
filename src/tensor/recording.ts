import * as tf from '@tensorflow/tfjs-core';

/** Whether what runs now will be differentiated: otherwise an operator need not keep anything for its gradient. */
export function isRecording(): boolean {
  return tf.engine().state.gradientDepth > 0;
}
