import type * as tf from '@tensorflow/tfjs-core';
import { elements, type NativeBackend } from '../backend.ts';
import { span, whole } from '../calls.ts';
import { type FusedKernel, fusedKernel } from '../fused.ts';

type Convolution = 'FusedLightConvolution' | 'FusedDynamicConvolution';
type Input = 'x' | 'weights';

/** What both passes are called with, x being `[batch, time, width]` and weights `[..., heads, kernel]`. */
function common(backend: NativeBackend, { x, weights }: Record<Input, tf.TensorInfo>, before: number) {
  const [batch, time, width] = x.shape;
  const [heads, kernel] = weights.shape.slice(-2);
  return {
    batch,
    time,
    width,
    heads,
    kernel,
    before,
    x: span(backend.array(x), elements(x.shape)),
    weights: span(backend.array(weights), elements(weights.shape)),
  };
}

/** Both kinds differ in the shape of their weights alone, and in how the library computes them. */
function convolution<Name extends Convolution>(name: Name, kind: 'light' | 'dynamic'): FusedKernel<Name> {
  return fusedKernel<Convolution, Input, Input, Input>(name, {
    inputs: ['x', 'weights'],
    forward(backend, { x, weights }, { before }) {
      const y = backend.pool.take(elements(x.shape));
      backend.calls.call(`sn_${kind}_convolution`, { ...common(backend, { x, weights }, before), y: whole(y) });
      return backend.tensor(y, x.shape);
    },
    gradient: {
      by: ['x', 'weights'],
      saves: ['x', 'weights'],
      compute(backend, { x, weights, dy }, { before }) {
        const [dx, dWeights] = [x, weights].map(({ shape }) => backend.pool.take(elements(shape)));
        backend.calls.call(`sn_${kind}_convolution_gradient`, {
          ...common(backend, { x, weights }, before),
          dy: span(backend.array(dy), dx.length),
          dx: whole(dx),
          d_weights: whole(dWeights),
        });
        return { x: backend.tensor(dx, x.shape), weights: backend.tensor(dWeights, weights.shape) };
      },
    },
  }) as FusedKernel<Name>;
}

export const lightConvolution = convolution('FusedLightConvolution', 'light');
export const dynamicConvolution = convolution('FusedDynamicConvolution', 'dynamic');
