import type * as tf from '@tensorflow/tfjs-core';
import type { NativeBackend, NativeKernel } from '../backend.ts';
import { ids, input, number, optionalOutput, output, size } from '../calls.ts';
import { Kept } from './kept.ts';

/** Gradients of the loss's sum: computed with it, while the logits of each chunk of rows are at hand. */
const kept = new Kept<{ features: Float32Array; weight: Float32Array }>();

/** Losses by row; with `gradients`, also those of Σ loss. */
function losses(backend: NativeBackend, { features, weight, targets, counts }: Record<string, tf.TensorInfo>, epsilon: number, withGradients: boolean) {
  const [rows, width] = features.shape;
  const [types] = weight.shape;
  const [likelihood, uniform] = [backend.pool.take(rows), backend.pool.take(rows)];
  const gradients = withGradients ? { features: backend.pool.take(rows * width), weight: backend.pool.take(types * width) } : undefined;
  backend.calls.call('sn_cross_entropy', size('rows', rows), size('width', width), size('types', types),
    input('features', backend.array(features), rows * width), input('weights', backend.array(weight), types * width),
    ids('targets', backend.readSync(targets.dataId) as Int32Array, rows), input('counts', backend.array(counts), rows), number('epsilon', epsilon), number('scale', 1),
    output('likelihood', likelihood, rows), output('uniform', uniform, rows),
    optionalOutput('d_features', gradients?.features ?? null, rows * width), optionalOutput('d_weights', gradients?.weight ?? null, types * width));
  return { likelihood, uniform, gradients };
}

const tokenLosses: NativeKernel = (backend, inputs) => {
  const { likelihood, uniform } = losses(backend, inputs, 0, false);
  return [backend.tensor(likelihood, [likelihood.length]), backend.tensor(uniform, [uniform.length])];
};

const crossEntropy: NativeKernel = (backend, inputs, { epsilon }) => {
  const share = epsilon as number;
  const { likelihood, uniform, gradients } = losses(backend, inputs, share, true);
  let loss = 0;
  for (let row = 0; row < likelihood.length; row++) loss += (1 - share) * likelihood[row] + share * uniform[row];
  [likelihood, uniform].forEach((array) => backend.pool.give(array));
  const result = backend.tensor(Float32Array.of(loss), []);
  kept.set(result, gradients!);
  return result;
};

/** Gradients by features and weight for the gradient `dy` by the loss, a scalar. */
const crossEntropyGradient: NativeKernel = (backend, { features, weight, out, dy }) => {
  const gradients = kept.take(out);
  const [scale] = backend.array(dy);
  const scaled = (values: Float32Array) => (scale === 1 ? values : values.map((value) => value * scale));
  return [backend.tensor(scaled(gradients.features), features.shape), backend.tensor(scaled(gradients.weight), weight.shape)];
};

export const lossKernels = { FusedTokenLosses: tokenLosses, FusedCrossEntropy: crossEntropy, FusedCrossEntropyGradient: crossEntropyGradient };
