import * as tf from '@tensorflow/tfjs-core';
import type { Activation } from '../../../ops/activation.ts';
import { elements, type NativeBackend, type NativeKernel } from '../backend.ts';
import { input, number, optionalInput, output, size } from '../calls.ts';
import { activations, activationSlopes } from './elementwise.ts';

interface Product {
  transposeA?: boolean;
  transposeB?: boolean;
  batch?: number;
  m: number;
  n: number;
  k: number;
  a: Float32Array;
  b: Float32Array;
  /** 0 where one matrix serves the whole batch. */
  strideA?: number;
  strideB?: number;
  bias?: Float32Array;
}

/** `C [batch, m, n] = op(A) · op(B) (+ bias)` for dense row-major matrices. */
export function product(backend: NativeBackend, { transposeA = false, transposeB = false, batch = 1, m, n, k, a, b, strideA = m * k, strideB = k * n, bias }: Product): Float32Array {
  const c = backend.pool.take(batch * m * n);
  const last = Math.max(batch - 1, 0);
  backend.calls.call('sn_gemm_batched',
    number('transpose_a', Number(transposeA)), number('transpose_b', Number(transposeB)), size('batch', batch), size('m', m), size('n', n), size('k', k),
    input('a', a, batch ? last * strideA + m * k : 0), size('lda', transposeA ? m : k), size('stride_a', strideA),
    input('b', b, batch ? last * strideB + k * n : 0), size('ldb', transposeB ? k : n), size('stride_b', strideB),
    output('c', c, c.length), size('ldc', n), size('stride_c', m * n), number('accumulate', 0), optionalInput('bias', bias, n));
  return c;
}

/** `[..., m, k] · [..., k, n]`; leading axes are equal, or one side has none to speak of. */
const batchMatMul: NativeKernel = (backend, { a, b }, { transposeA, transposeB }) => {
  const [rowsA, columnsA] = a.shape.slice(-2);
  const [rowsB, columnsB] = b.shape.slice(-2);
  const [m, k] = transposeA ? [columnsA, rowsA] : [rowsA, columnsA];
  const n = transposeB ? rowsB : columnsB;
  const outer = tf.broadcast_util.assertAndGetBroadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
  const batch = elements(outer);
  const stride = (x: tf.TensorInfo) => {
    const matrices = elements(x.shape.slice(0, -2));
    if (matrices !== 1 && matrices !== batch) throw new Error(`A product of [${a.shape}] and [${b.shape}] would repeat some of the matrices.`);
    return matrices === 1 && batch !== 1 ? 0 : elements(x.shape.slice(-2));
  };
  const c = product(backend, {
    transposeA: Boolean(transposeA), transposeB: Boolean(transposeB), batch, m, n, k, a: backend.array(a), b: backend.array(b), strideA: stride(a), strideB: stride(b),
  });
  return backend.tensor(c, [...outer, m, n]);
};

/** `x [..., in]`, `weight [out, in]`, `bias [out]`, and an activation of the result or none. */
const linear: NativeKernel = (backend, { x, weight, bias }, { activation }) => {
  const [n, k] = weight.shape;
  const outer = x.shape.slice(0, -1);
  const rows = elements(outer);
  const y = backend.pool.take(rows * n);
  backend.calls.call('sn_linear', number('activation', activation ? activations[activation as Activation] : 0), size('rows', rows), size('out', n), size('in', k),
    input('x', backend.array(x), rows * k), input('weight', backend.array(weight), n * k), input('bias', backend.array(bias), n), output('y', y, y.length));
  return backend.tensor(y, [...outer, n]);
};

const linearGradient: NativeKernel = (backend, { x, weight, dy }) => linearGradients(backend, x, weight, backend.array(dy));

/** ReLU and Leaky ReLU: `out` has the sign of what they were given. */
const activatedLinearGradient: NativeKernel = (backend, { x, weight, out, dy }, { activation }) => {
  const inner = activationSlopes(backend, out, dy, activation as Activation);
  const gradients = linearGradients(backend, x, weight, inner);
  backend.pool.give(inner);
  return gradients;
};

/** Gradients by x, weight and bias for the gradient `dy` by the map's result. */
function linearGradients(backend: NativeBackend, x: tf.TensorInfo, weight: tf.TensorInfo, dy: Float32Array): tf.TensorInfo[] {
  const [n, k] = weight.shape;
  const rows = elements(x.shape.slice(0, -1));
  const sums = backend.pool.take(n);
  backend.calls.call('sn_column_sums', size('rows', rows), size('columns', n), input('x', dy, rows * n), output('sums', sums, n));
  return [
    backend.tensor(product(backend, { m: rows, n: k, k: n, a: dy, b: backend.array(weight) }), x.shape),
    backend.tensor(product(backend, { transposeA: true, m: n, n: k, k: rows, a: dy, b: backend.array(x) }), [n, k]),
    backend.tensor(sums, [n]),
  ];
}

export const productKernels = {
  BatchMatMul: batchMatMul,
  FusedLinear: linear, FusedLinearGradient: linearGradient,
  FusedActivatedLinear: linear, FusedActivatedLinearGradient: activatedLinearGradient,
};
