import type * as tf from '@tensorflow/tfjs-core';
import { type Drops, noDrops } from '../../../ops/dropout.ts';
import { isRecording } from '../../../recording.ts';
import { elements, type NativeBackend, type NativeKernel } from '../backend.ts';
import { dropping, input, number, optionalInput, optionalOutput, output, size } from '../calls.ts';
import { dropped } from './elementwise.ts';
import { Kept } from './kept.ts';

const kept = new Kept<{ standard: Float32Array; inverse: Float32Array }>();

function layerNorm(backend: NativeBackend, x: tf.TensorInfo, y: tf.TensorInfo | undefined, gain: tf.TensorInfo, bias: tf.TensorInfo, drops: Drops) {
  const n = elements(x.shape);
  const width = gain.shape[0];
  const rows = n / width;
  const forGradient = isRecording() ? { standard: backend.pool.take(n), inverse: backend.pool.take(rows) } : undefined;
  const out = backend.pool.take(n);
  backend.calls.call('sn_layer_norm', size('rows', rows), size('width', width), input('x', backend.array(x), n), optionalInput('y', y && backend.array(y), n),
    ...dropping(drops), input('gain', backend.array(gain), width), input('bias', backend.array(bias), width),
    optionalOutput('sum', null, n), optionalOutput('standard', forGradient?.standard ?? null, n), optionalOutput('inverse', forGradient?.inverse ?? null, rows),
    output('out', out, n));
  const result = backend.tensor(out, x.shape);
  if (forGradient) kept.set(result, forGradient);
  return result;
}

/** Gradients by x, y (where there is one), gain and bias. */
function layerNormGradient(backend: NativeBackend, out: tf.TensorInfo, gain: tf.TensorInfo, dy: tf.TensorInfo, hasY: boolean, drops: Drops) {
  const n = elements(out.shape);
  const width = gain.shape[0];
  const rows = n / width;
  const { standard, inverse } = kept.take(out);
  const [dSum, dGain, dBias] = [backend.pool.take(n), backend.pool.take(width), backend.pool.take(width)];
  const dY = hasY ? backend.pool.take(n) : null;
  backend.calls.call('sn_layer_norm_gradient', size('rows', rows), size('width', width), input('standard', standard, n), input('inverse', inverse, rows),
    input('gain', backend.array(gain), width), input('d_out', backend.array(dy), n), ...dropping(drops),
    output('d_sum', dSum, n), optionalOutput('d_y', dY, n), output('d_gain', dGain, width), output('d_bias', dBias, width));
  backend.pool.give(standard);
  backend.pool.give(inverse);
  return [
    backend.tensor(dSum, out.shape), ...(dY ? [backend.tensor(dY, out.shape)] : []),
    backend.tensor(dGain, [width]), backend.tensor(dBias, [width]),
  ];
}

/** x + dropout(y). */
function residualSum(backend: NativeBackend, x: tf.TensorInfo, y: tf.TensorInfo, drops: Drops): tf.TensorInfo {
  const n = elements(x.shape);
  const summand = dropped(backend, y, drops);
  const out = backend.pool.take(n);
  backend.calls.call('sn_binary', number('op', 0), number('broadcast', 0), size('rows', 1), size('columns', n), input('a', backend.array(x), n), input('b', summand, n), output('out', out, n));
  backend.pool.give(summand);
  return backend.tensor(out, x.shape);
}

export const normKernels: Record<string, NativeKernel> = {
  FusedLayerNorm: (backend, { x, gain, bias }) => layerNorm(backend, x, undefined, gain, bias, noDrops),
  FusedLayerNormGradient: (backend, { out, gain, dy }) => layerNormGradient(backend, out, gain, dy, false, noDrops),
  FusedResidualNorm: (backend, { x, y, gain, bias }, { drops }) => layerNorm(backend, x, y, gain, bias, drops as Drops),
  FusedResidualNormGradient: (backend, { out, gain, dy }, { drops }) => layerNormGradient(backend, out, gain, dy, true, drops as Drops),
  FusedResidualSum: (backend, { x, y }, { drops }) => residualSum(backend, x, y, drops as Drops),
};
