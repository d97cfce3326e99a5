import { elements, type NativeKernel } from '../backend.ts';
import { input, output, size } from '../calls.ts';

type Type = 'light' | 'dynamic';

function sizes(x: number[], weights: number[], before: unknown) {
  const [batch, time, width] = x;
  const [heads, kernel] = weights.slice(-2);
  return [size('batch', batch), size('time', time), size('width', width), size('heads', heads), size('kernel', kernel), size('before', before as number)];
}

const forward = (type: Type): NativeKernel => (backend, { x, weights }, { before }) => {
  const y = backend.pool.take(elements(x.shape));
  backend.calls.call(`sn_${type}_convolution`, ...sizes(x.shape, weights.shape, before),
    input('x', backend.array(x), y.length), input('weights', backend.array(weights), elements(weights.shape)), output('y', y, y.length));
  return backend.tensor(y, x.shape);
};

const gradient = (type: Type): NativeKernel => (backend, { x, weights, dy }, { before }) => {
  const [dx, dWeights] = [backend.pool.take(elements(x.shape)), backend.pool.take(elements(weights.shape))];
  backend.calls.call(`sn_${type}_convolution_gradient`, ...sizes(x.shape, weights.shape, before),
    input('x', backend.array(x), dx.length), input('weights', backend.array(weights), dWeights.length), input('dy', backend.array(dy), dx.length),
    output('dx', dx, dx.length), output('d_weights', dWeights, dWeights.length));
  return [backend.tensor(dx, x.shape), backend.tensor(dWeights, weights.shape)];
};

export const convolutionKernels = {
  FusedLightConvolution: forward('light'), FusedLightConvolutionGradient: gradient('light'),
  FusedDynamicConvolution: forward('dynamic'), FusedDynamicConvolutionGradient: gradient('dynamic'),
};
