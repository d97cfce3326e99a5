import type * as tf from '@tensorflow/tfjs-core';
import type { Activation } from '../../../ops/attributes.ts';
import { elements, type NativeBackend } from '../backend.ts';
import { span, whole } from '../calls.ts';
import { fusedKernel } from '../fused.ts';

/** The constants of native/shrinknas.h. */
export const activations: Record<Activation, number> = { relu: 1, 'leaky-relu': 2, swish: 3 };

/**
 * Gradient by what an activation was given, for the gradient `dy` by its result.
 * @param x what it was given, or for all but Swish anything of the same signs
 */
export function activationSlopes(
  backend: NativeBackend,
  x: tf.TensorInfo,
  dy: tf.TensorInfo,
  name: Activation,
): Float32Array {
  const dx = backend.pool.take(elements(x.shape));
  backend.calls.call('sn_activation_gradient', {
    activation: activations[name],
    n: dx.length,
    x: span(backend.array(x), dx.length),
    dy: span(backend.array(dy), dx.length),
    dx: whole(dx),
  });
  return dx;
}

export const activation = fusedKernel('FusedActivation', {
  inputs: ['x'],
  forward(backend, { x }, { activation: name }) {
    const y = backend.pool.take(elements(x.shape));
    backend.calls.call('sn_activation', {
      activation: activations[name],
      n: y.length,
      x: span(backend.array(x), y.length),
      y: whole(y),
    });
    return backend.tensor(y, x.shape);
  },
  gradient: {
    by: ['x'],
    saves: ['x'],
    compute: (backend, { x, dy }, { activation: name }) => ({
      x: backend.tensor(activationSlopes(backend, x, dy, name), x.shape),
    }),
  },
});
