import type * as tf from '@tensorflow/tfjs-core';
import type { NativeBackend } from '../backend.ts';
import { optional, span } from '../calls.ts';
import { fusedKernel } from '../fused.ts';

type LossInputs = Record<'features' | 'weight' | 'targets' | 'counts', tf.TensorInfo>;

/** Losses by row; with `gradients`, also those of Σ loss. */
function losses(
  backend: NativeBackend,
  { features, weight, targets, counts }: LossInputs,
  epsilon: number,
  withGradients: boolean,
) {
  const [rows, width] = features.shape;
  const [types] = weight.shape;
  const [likelihood, uniform] = [backend.pool.take(rows), backend.pool.take(rows)];
  const gradients = withGradients
    ? { dFeatures: backend.pool.take(rows * width), dWeight: backend.pool.take(types * width) }
    : undefined;
  backend.calls.call('sn_cross_entropy', {
    rows,
    width,
    types,
    features: span(backend.array(features), rows * width),
    weights: span(backend.array(weight), types * width),
    targets: span(backend.readSync(targets.dataId) as Int32Array, rows),
    counts: span(backend.array(counts), rows),
    epsilon,
    scale: 1,
    likelihood: span(likelihood, rows),
    uniform: span(uniform, rows),
    d_features: optional(gradients?.dFeatures, rows * width),
    d_weights: optional(gradients?.dWeight, types * width),
  });
  return { likelihood, uniform, gradients };
}

export const tokenLosses = fusedKernel('FusedTokenLosses', {
  inputs: ['features', 'weight', 'targets', 'counts'],
  forward(backend, inputs) {
    const { likelihood, uniform } = losses(backend, inputs, 0, false);
    return [backend.tensor(likelihood, [likelihood.length]), backend.tensor(uniform, [uniform.length])];
  },
});

export const crossEntropy = fusedKernel('FusedCrossEntropy', {
  inputs: ['features', 'weight', 'targets', 'counts'],
  forward(backend, inputs, { epsilon }) {
    const { likelihood, uniform, gradients } = losses(backend, inputs, epsilon, true);
    let loss = 0;
    for (let row = 0; row < likelihood.length; row++) loss += (1 - epsilon) * likelihood[row] + epsilon * uniform[row];
    [likelihood, uniform].forEach((array) => backend.pool.give(array));
    return { out: backend.tensor(Float32Array.of(loss), []), kept: gradients };
  },
  gradient: {
    by: ['features', 'weight'],
    saves: ['features', 'weight'],
    /** Gradients of the loss's sum: computed with it, while the logits of each chunk of rows are at hand. */
    keeps: ['dFeatures', 'dWeight'],
    compute(backend, { features, weight, dy }, _, { dFeatures, dWeight }) {
      const [scale] = backend.array(dy);
      const scaled = (values: Float32Array) => (scale === 1 ? values : values.map((value) => value * scale));
      return {
        features: backend.tensor(scaled(dFeatures), features.shape),
        weight: backend.tensor(scaled(dWeight), weight.shape),
      };
    },
  },
});
