import type { Drops } from '../../../ops/attributes.ts';
import type * as tf from '@tensorflow/tfjs-core';
import { noDrops } from '../../../ops/dropout.ts';
import { isRecording } from '../../../recording.ts';
import { elements, type NativeBackend } from '../backend.ts';
import { dropping, optional, span } from '../calls.ts';
import { fusedKernel } from '../fused.ts';

/** Sums before gain and bias, `[rows, width]`, and the inverse deviation of each row. */
interface KeptOfNorm {
  standard: Float32Array;
  inverse: Float32Array;
}

type NormInputs = Record<'x' | 'gain' | 'bias', tf.TensorInfo> & { y?: tf.TensorInfo };

function normalised(backend: NativeBackend, { x, y, gain, bias }: NormInputs, drops: Drops) {
  const n = elements(x.shape);
  const [width] = gain.shape;
  const rows = n / width;
  const kept: KeptOfNorm | undefined = isRecording()
    ? { standard: backend.pool.take(n), inverse: backend.pool.take(rows) }
    : undefined;
  const out = backend.pool.take(n);
  backend.calls.call('sn_layer_norm', {
    rows,
    width,
    x: span(backend.array(x), n),
    y: optional(y && backend.array(y), n),
    ...dropping(drops),
    gain: span(backend.array(gain), width),
    bias: span(backend.array(bias), width),
    sum: null,
    standard: optional(kept?.standard, n),
    inverse: optional(kept?.inverse, rows),
    out: span(out, n),
  });
  return { out: backend.tensor(out, x.shape), kept };
}

/** Gradients by all but y, that by which is written to `dY`, where there is one. */
function gradients(
  backend: NativeBackend,
  { gain, dy }: Record<'gain' | 'dy', tf.TensorInfo>,
  { standard, inverse }: KeptOfNorm,
  drops: Drops,
  dY: Float32Array | null,
) {
  const n = elements(dy.shape);
  const [width] = gain.shape;
  const rows = n / width;
  const [dSum, dGain, dBias] = [backend.pool.take(n), backend.pool.take(width), backend.pool.take(width)];
  backend.calls.call('sn_layer_norm_gradient', {
    rows,
    width,
    standard: span(standard, n),
    inverse: span(inverse, rows),
    gain: span(backend.array(gain), width),
    d_out: span(backend.array(dy), n),
    ...dropping(drops),
    d_sum: span(dSum, n),
    d_y: optional(dY, n),
    d_gain: span(dGain, width),
    d_bias: span(dBias, width),
  });
  backend.pool.give(standard);
  backend.pool.give(inverse);
  return {
    x: backend.tensor(dSum, dy.shape),
    gain: backend.tensor(dGain, [width]),
    bias: backend.tensor(dBias, [width]),
  };
}

export const layerNorm = fusedKernel('FusedLayerNorm', {
  inputs: ['x', 'gain', 'bias'],
  forward: (backend, inputs) => normalised(backend, inputs, noDrops),
  gradient: {
    by: ['x', 'gain', 'bias'],
    saves: ['gain'],
    keeps: ['standard', 'inverse'],
    compute: (backend, tensors, _, kept) => gradients(backend, tensors, kept, noDrops, null),
  },
});

/** LN(x + dropout(y)). */
export const residualNorm = fusedKernel('FusedResidualNorm', {
  inputs: ['x', 'y', 'gain', 'bias'],
  forward: (backend, inputs, { drops }) => normalised(backend, inputs, drops),
  gradient: {
    by: ['x', 'y', 'gain', 'bias'],
    saves: ['gain'],
    keeps: ['standard', 'inverse'],
    compute(backend, tensors, { drops }, kept) {
      const { shape } = tensors.dy;
      const dY = backend.pool.take(elements(shape));
      return { ...gradients(backend, tensors, kept, drops, dY), y: backend.tensor(dY, shape) };
    },
  },
});
