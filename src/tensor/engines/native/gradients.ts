import * as tf from '@tensorflow/tfjs-core';
import { type FusedGradient, type FusedKernel, gradientName } from './fused.ts';

/**
 * Tells TensorFlow.js of the gradients of fused operators, as they are described. It runs each of the thunks that it is
 * given in a scope of its own, so a gradient's kernel, which computes all of them, runs before, once.
 */
export function registerFusedGradients(kernels: readonly FusedKernel[]): void {
  for (const { name, inputs, gradient } of kernels) {
    if (!gradient) continue;
    tf.registerGradient({ kernelName: name, ...saved(gradient), gradFunc: gradientOf(name, inputs, gradient) });
  }
}

/** Inputs first, then the result, which also stands for what was kept. */
function saved({ saves, keeps }: FusedGradient) {
  const saveResult = saves.includes('out') || keeps.length > 0;
  return { inputsToSave: saves.filter((name) => name !== 'out'), outputsToSave: saveResult ? [true] : [] };
}

function gradientOf(name: FusedKernel['name'], inputs: readonly string[], gradient: FusedGradient): tf.GradFunc {
  const { inputsToSave } = saved(gradient);
  return (dy, tensors, attributes) => {
    // Where the result is not saved, there is none after the inputs.
    const names = [...inputsToSave, 'out'].slice(0, tensors.length);
    const given = { ...Object.fromEntries(names.map((name, i) => [name, tensors[i]])), dy: dy as tf.Tensor };
    const gradients: tf.Tensor[] = tf.engine().runKernel(gradientName(name), given, attributes);
    return Object.fromEntries(
      inputs.map((input) => [
        input,
        () => {
          const at = gradient.by.indexOf(input);
          if (at < 0) throw new Error(`${name} has no gradient by "${input}".`);
          return gradients[at];
        },
      ]),
    );
  };
}
