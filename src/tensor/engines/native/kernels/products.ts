import * as tf from '@tensorflow/tfjs-core';
import { elements, type NativeBackend, type NativeKernel } from '../backend.ts';
import { optional, span, whole } from '../calls.ts';
import { fusedKernel } from '../fused.ts';
import { activations, activationSlopes } from './activation.ts';

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
function product(
  backend: NativeBackend,
  { transposeA = false, transposeB = false, batch = 1, m, n, k, a, b, strideA = m * k, strideB = k * n, bias }: Product,
): Float32Array {
  const c = backend.pool.take(batch * m * n);
  const last = Math.max(batch - 1, 0);
  backend.calls.call('sn_gemm_batched', {
    transpose_a: Number(transposeA),
    transpose_b: Number(transposeB),
    batch,
    m,
    n,
    k,
    a: span(a, batch ? last * strideA + m * k : 0),
    lda: transposeA ? m : k,
    stride_a: strideA,
    b: span(b, batch ? last * strideB + k * n : 0),
    ldb: transposeB ? k : n,
    stride_b: strideB,
    c: whole(c),
    ldc: n,
    stride_c: m * n,
    accumulate: 0,
    bias: optional(bias, n),
  });
  return c;
}

/** `[..., m, k] · [..., k, n]`; leading axes are equal, or one side has none to speak of. */
export const batchMatMul: NativeKernel = (backend, { a, b }, { transposeA, transposeB }) => {
  const [rowsA, columnsA] = a.shape.slice(-2);
  const [rowsB, columnsB] = b.shape.slice(-2);
  const [m, k] = transposeA ? [columnsA, rowsA] : [rowsA, columnsA];
  const n = transposeB ? rowsB : columnsB;
  const outer = tf.broadcast_util.assertAndGetBroadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
  const batch = elements(outer);
  const stride = (x: tf.TensorInfo) => {
    const matrices = elements(x.shape.slice(0, -2));
    if (matrices !== 1 && matrices !== batch)
      throw new Error(`A product of [${a.shape}] and [${b.shape}] would repeat some of the matrices.`);
    return matrices === 1 && batch !== 1 ? 0 : elements(x.shape.slice(-2));
  };
  const packed = transposeB && !transposeA && b.shape.length === 2 ? backend.packedWeight(b) : undefined;
  if (packed) return backend.tensor(packedMap(backend, backend.array(a), batch * m, b.shape, packed), [...outer, m, n]);
  const c = product(backend, {
    transposeA: Boolean(transposeA),
    transposeB: Boolean(transposeB),
    batch,
    m,
    n,
    k,
    a: backend.array(a),
    b: backend.array(b),
    strideA: stride(a),
    strideB: stride(b),
  });
  return backend.tensor(c, [...outer, m, n]);
};

/** `x [rows, in]` times a packed weight that was `[out, in]`. */
function packedMap(
  backend: NativeBackend,
  x: Float32Array,
  rows: number,
  [out, columns]: readonly number[],
  packed: Float32Array,
  bias?: Float32Array,
  activation = 0,
): Float32Array {
  const y = backend.pool.take(rows * out);
  backend.calls.call('sn_packed_linear', {
    activation,
    rows,
    out,
    in: columns,
    x: span(x, rows * columns),
    packed: whole(packed),
    bias: optional(bias, out),
    y: whole(y),
  });
  return y;
}

/**
 * A linear map: `x [..., in]`, `weight [out, in]`, `bias [out]`.
 * @param activation of the result, by its number in native/shrinknas.h; 0 for none
 */
function linearMap(
  backend: NativeBackend,
  { x, weight, bias }: Record<'x' | 'weight' | 'bias', tf.TensorInfo>,
  activation: number,
): tf.TensorInfo {
  const [n, k] = weight.shape;
  const outer = x.shape.slice(0, -1);
  const rows = elements(outer);
  const packed = backend.packedWeight(weight);
  if (packed) {
    const y = packedMap(backend, backend.array(x), rows, weight.shape, packed, backend.array(bias), activation);
    return backend.tensor(y, [...outer, n]);
  }
  const y = backend.pool.take(rows * n);
  backend.calls.call('sn_linear', {
    activation,
    rows,
    out: n,
    in: k,
    x: span(backend.array(x), rows * k),
    weight: span(backend.array(weight), n * k),
    bias: span(backend.array(bias), n),
    y: whole(y),
  });
  return backend.tensor(y, [...outer, n]);
}

/** Gradients for the gradient `dy` by the map's result. */
function linearGradients(backend: NativeBackend, x: tf.TensorInfo, weight: tf.TensorInfo, dy: Float32Array) {
  const [n, k] = weight.shape;
  const rows = elements(x.shape.slice(0, -1));
  const sums = backend.pool.take(n);
  backend.calls.call('sn_column_sums', { rows, columns: n, x: span(dy, rows * n), sums: span(sums, n) });
  const dx = product(backend, { m: rows, n: k, k: n, a: dy, b: backend.array(weight) });
  const dWeight = product(backend, { transposeA: true, m: n, n: k, k: rows, a: dy, b: backend.array(x) });
  return { x: backend.tensor(dx, x.shape), weight: backend.tensor(dWeight, [n, k]), bias: backend.tensor(sums, [n]) };
}

export const linear = fusedKernel('FusedLinear', {
  inputs: ['x', 'weight', 'bias'],
  forward: (backend, inputs) => linearMap(backend, inputs, 0),
  gradient: {
    by: ['x', 'weight', 'bias'],
    saves: ['x', 'weight'],
    compute: (backend, { x, weight, dy }) => linearGradients(backend, x, weight, backend.array(dy)),
  },
});

export const activatedLinear = fusedKernel('FusedActivatedLinear', {
  inputs: ['x', 'weight', 'bias'],
  forward: (backend, inputs, { activation }) => linearMap(backend, inputs, activations[activation]),
  gradient: {
    by: ['x', 'weight', 'bias'],
    saves: ['x', 'weight', 'out'],
    /** Of ReLU and Leaky ReLU: `out` has the sign of what they were given. */
    compute(backend, { x, weight, out, dy }, { activation }) {
      const inner = activationSlopes(backend, out, dy, activation);
      const gradients = linearGradients(backend, x, weight, inner);
      backend.pool.give(inner);
      return gradients;
    },
  },
});
