import * as tf from '@tensorflow/tfjs-core';

/**
 * Gradients of the fused operators: each is a kernel of its own, named `<kernel>Gradient`, with one output for each input that has a
 * gradient. TensorFlow.js runs the thunks that it is given each in a scope of its own, so the kernel runs before them, once.
 */
export function registerFusedGradients(): void {
  register('FusedLinear', ['x', 'weight', 'bias'], ['x', 'weight'], false, ['x', 'weight', 'bias']);
  register('FusedActivatedLinear', ['x', 'weight', 'bias'], ['x', 'weight'], true, ['x', 'weight', 'bias']);
  register('FusedActivation', ['x'], ['x'], false, ['x']);
  register('FusedAttention', ['query', 'key', 'value'], ['query', 'key', 'value'], true, ['query', 'key', 'value']);
  register('FusedLightConvolution', ['x', 'weights'], ['x', 'weights'], false, ['x', 'weights']);
  register('FusedDynamicConvolution', ['x', 'weights'], ['x', 'weights'], false, ['x', 'weights']);
  register('FusedLayerNorm', ['x', 'gain', 'bias'], ['gain'], true, ['x', 'gain', 'bias']);
  register('FusedResidualNorm', ['x', 'y', 'gain', 'bias'], ['gain'], true, ['x', 'y', 'gain', 'bias']);
  register('FusedCrossEntropy', ['features', 'weight', 'targets', 'counts'], ['features', 'weight'], true, ['features', 'weight']);
  register('FusedEmbedding', ['table'], ['table'], false, ['table']);
  tf.registerGradient({
    kernelName: 'FusedDropout',
    // The same elements are dropped, the others scaled alike: dropout is its own gradient.
    gradFunc: (dy, _, attrs) => ({ x: () => run('FusedDropout', { x: dy as tf.Tensor }, attrs)[0] }),
  });
  tf.registerGradient({
    kernelName: 'FusedResidualSum',
    // Nothing is saved, as TensorFlow.js's own sum would save both arguments for their shapes.
    gradFunc: (dy, _, attrs) => ({ x: () => tf.clone(dy as tf.Tensor), y: () => run('FusedDropout', { x: dy as tf.Tensor }, attrs)[0] }),
  });
}

/**
 * @param inputs of the forward kernel
 * @param saved those that the gradient needs
 * @param output whether it needs the output as well, as `out`
 * @param wanted inputs that have a gradient, in the order of the gradient kernel's outputs; the others get none
 */
function register(kernelName: string, inputs: string[], saved: string[], output: boolean, wanted: string[]): void {
  tf.registerGradient({
    kernelName,
    inputsToSave: saved,
    outputsToSave: output ? [true] : [],
    gradFunc: (dy, tensors, attrs) => {
      const names = output ? [...saved, 'out'] : saved;
      const given = Object.fromEntries(names.map((name, i) => [name, tensors[i]]));
      const gradients = run(`${kernelName}Gradient`, { ...given, dy: dy as tf.Tensor }, attrs);
      return Object.fromEntries(inputs.map((name) => {
        const at = wanted.indexOf(name);
        return [name, () => {
          if (at < 0) throw new Error(`${kernelName} has no gradient by "${name}".`);
          return gradients[at];
        }];
      }));
    },
  });
}

function run(kernelName: string, inputs: Record<string, tf.Tensor>, attrs: tf.NamedAttrMap): tf.Tensor[] {
  const outputs: tf.Tensor | tf.Tensor[] = tf.engine().runKernel(kernelName, inputs as unknown as tf.NamedTensorMap, attrs);
  return Array.isArray(outputs) ? outputs : [outputs];
}
