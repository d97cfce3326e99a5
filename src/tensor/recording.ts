import * as tf from '@tensorflow/tfjs-core';

/** What `f` gives, computed as if nothing were being differentiated: it is a constant to what is. */
export function unrecorded<T extends tf.TensorContainer>(f: () => T): T {
  const { state } = tf.engine();
  const { activeTape, gradientDepth } = state;
  state.activeTape = null as unknown as typeof activeTape;
  state.gradientDepth = 0;
  try {
    return tf.tidy(f);
  } finally {
    state.activeTape = activeTape;
    state.gradientDepth = gradientDepth;
  }
}

/** Whether what runs now will be differentiated: otherwise an operator need not keep anything for its gradient. */
export function isRecording(): boolean {
  return tf.engine().state.gradientDepth > 0;
}
