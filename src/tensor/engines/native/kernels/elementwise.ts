import * as tf from '@tensorflow/tfjs-core';
import type { Activation } from '../../../ops/activation.ts';
import type { Drops } from '../../../ops/dropout.ts';
import { elements, type NativeBackend, type NativeKernel } from '../backend.ts';
import { dropping, ids, input, number, output, size } from '../calls.ts';

/** The constants of native/shrinknas.h. */
export const activations: Record<Activation, number> = { relu: 1, 'leaky-relu': 2, swish: 3 };
const broadcasts = { whole: 0, row: 1, column: 2, single: 3 } as const;

/** How `b` spreads over `a`, where it is one of the ways that the library knows; the result then has the shape of `a`. */
function spread(a: number[], b: number[]): { kind: keyof typeof broadcasts; rows: number; columns: number } | undefined {
  const n = elements(a);
  if (a.join() === b.join()) return { kind: 'whole', rows: 1, columns: n };
  if (elements(b) === 1 && b.length <= a.length) return { kind: 'single', rows: 1, columns: n };
  const columns = a.at(-1) ?? 1;
  const padded = [...Array<number>(Math.max(a.length - b.length, 0)).fill(1), ...b];
  if (b.length > a.length || n === 0) return undefined;
  if (padded.at(-1) === columns && elements(padded.slice(0, -1)) === 1) return { kind: 'row', rows: n / columns, columns };
  if (padded.at(-1) === 1 && padded.slice(0, -1).join() === a.slice(0, -1).join()) return { kind: 'column', rows: n / columns, columns };
  return undefined;
}

/** Addition, subtraction, multiplication of floats; every other case is the JavaScript kernel's. */
function binary(operation: number, commutes: boolean, fallback: tf.KernelFunc): NativeKernel {
  return (backend, { a, b }) => {
    const floats = a.dtype === 'float32' && b.dtype === 'float32';
    let [left, right] = [a, b];
    let how = floats ? spread(left.shape, right.shape) : undefined;
    if (floats && !how && commutes) {
      [left, right] = [b, a];
      how = spread(left.shape, right.shape);
    }
    if (!how) return fallback({ inputs: { a, b }, backend, attrs: {} });
    const out = backend.pool.take(elements(left.shape));
    backend.calls.call('sn_binary', number('op', operation), number('broadcast', broadcasts[how.kind]), size('rows', how.rows), size('columns', how.columns),
      input('a', backend.array(left), out.length), input('b', backend.array(right), elements(right.shape)), output('out', out, out.length));
    return backend.tensor(out, left.shape);
  };
}

const activation: NativeKernel = (backend, { x }, { activation: name }) => {
  const y = backend.pool.take(elements(x.shape));
  backend.calls.call('sn_activation', number('activation', activations[name as Activation]), size('n', y.length), input('x', backend.array(x), y.length), output('y', y, y.length));
  return backend.tensor(y, x.shape);
};

/** Gradient by what the activation was given, or by anything of its signs for all but Swish, for the gradient `dy` by its result. */
export function activationSlopes(backend: NativeBackend, x: tf.TensorInfo, dy: tf.TensorInfo, name: Activation): Float32Array {
  const dx = backend.pool.take(elements(x.shape));
  backend.calls.call('sn_activation_gradient', number('activation', activations[name]), size('n', dx.length),
    input('x', backend.array(x), dx.length), input('dy', backend.array(dy), dx.length), output('dx', dx, dx.length));
  return dx;
}

const activationGradient: NativeKernel = (backend, { x, dy }, { activation: name }) =>
  backend.tensor(activationSlopes(backend, x, dy, name as Activation), x.shape);

/** Dropout of what a tensor holds. */
export function dropped(backend: NativeBackend, x: tf.TensorInfo, drops: Drops): Float32Array {
  const y = backend.pool.take(elements(x.shape));
  backend.calls.call('sn_dropout', size('n', y.length), input('x', backend.array(x), y.length), ...dropping(drops), output('y', y, y.length));
  return y;
}

const dropout: NativeKernel = (backend, { x }, { drops }) => backend.tensor(dropped(backend, x, drops as Drops), x.shape);

const softmax = (fallback: tf.KernelFunc): NativeKernel => (backend, { logits }, attrs) => {
  const { dim } = attrs as { dim: number };
  if (dim !== -1 && dim !== logits.shape.length - 1) return fallback({ inputs: { logits }, backend, attrs: attrs as unknown as tf.NamedAttrMap });
  const columns = logits.shape.at(-1)!;
  const y = backend.pool.take(elements(logits.shape));
  backend.calls.call('sn_softmax', size('rows', columns ? y.length / columns : 0), size('columns', columns), input('x', backend.array(logits), y.length), output('y', y, y.length));
  return backend.tensor(y, logits.shape);
};

/** Exchanging the last two axes; any other order is the JavaScript kernel's. */
const transpose = (fallback: tf.KernelFunc): NativeKernel => (backend, { x }, attrs) => {
  const { perm } = attrs as { perm: number[] };
  const rank = perm.length;
  const swapsLast = x.dtype === 'float32' && rank >= 2 && perm.every((axis, i) => axis === (i === rank - 1 ? rank - 2 : i === rank - 2 ? rank - 1 : i));
  if (!swapsLast) return fallback({ inputs: { x }, backend, attrs: attrs as unknown as tf.NamedAttrMap });
  const [rows, columns] = x.shape.slice(-2);
  const y = backend.pool.take(elements(x.shape));
  backend.calls.call('sn_transpose', size('batch', elements(x.shape.slice(0, -2))), size('rows', rows), size('columns', columns), input('x', backend.array(x), y.length), output('y', y, y.length));
  return backend.tensor(y, [...x.shape.slice(0, -2), columns, rows]);
};

const embedding: NativeKernel = (backend, { table }, attributes) => {
  const { ids: rows, scale, offsets } = attributes as { ids: Int32Array; scale: number; offsets: Float32Array };
  const [types, width] = table.shape;
  const out = backend.pool.take(rows.length * width);
  backend.calls.call('sn_embed', size('n', rows.length), size('types', types), size('width', width), ids('ids', rows, rows.length),
    input('table', backend.array(table), types * width), number('scale', scale), input('positions', offsets, out.length), output('out', out, out.length));
  return backend.tensor(out, [rows.length, width]);
};

const embeddingGradient: NativeKernel = (backend, { table, dy }, attributes) => {
  const { ids: rows, scale } = attributes as { ids: Int32Array; scale: number };
  const [types, width] = table.shape;
  const gradient = backend.pool.take(types * width);
  backend.calls.call('sn_embed_gradient', size('n', rows.length), size('types', types), size('width', width), ids('ids', rows, rows.length),
    input('d_out', backend.array(dy), rows.length * width), number('scale', scale), output('d_table', gradient, gradient.length));
  return backend.tensor(gradient, [types, width]);
};

/** C kernels, some of which leave what they do not know to the JavaScript kernel of that name. */
export function elementwiseKernels(): Record<string, NativeKernel> {
  const stock = (name: string) => tf.getKernel(name, 'cpu').kernelFunc;
  return {
    Add: binary(0, true, stock('Add')),
    Sub: binary(1, false, stock('Sub')),
    Multiply: binary(2, true, stock('Multiply')),
    Softmax: softmax(stock('Softmax')),
    Transpose: transpose(stock('Transpose')),
    FusedActivation: activation, FusedActivationGradient: activationGradient,
    FusedDropout: dropout,
    FusedEmbedding: embedding, FusedEmbeddingGradient: embeddingGradient,
  };
}
