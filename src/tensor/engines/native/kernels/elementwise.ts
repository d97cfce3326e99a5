import * as tf from '@tensorflow/tfjs-core';
import { elements, type NativeKernel } from '../backend.ts';
import { span, whole } from '../calls.ts';

/** How the second argument spreads over the first, by the numbers of native/shrinknas.h. */
const broadcasts = { whole: 0, row: 1, column: 2, single: 3 } as const;

/**
 * How `b` spreads over `a`, where it is one of the ways that the library knows; the result then has the shape of `a`.
 */
function spread(
  a: number[],
  b: number[],
): { kind: keyof typeof broadcasts; rows: number; columns: number } | undefined {
  const n = elements(a);
  if (a.join() === b.join()) return { kind: 'whole', rows: 1, columns: n };
  if (elements(b) === 1 && b.length <= a.length) return { kind: 'single', rows: 1, columns: n };
  const columns = a.at(-1) ?? 1;
  const padded = [...Array<number>(Math.max(a.length - b.length, 0)).fill(1), ...b];
  if (b.length > a.length || n === 0) return undefined;
  if (padded.at(-1) === columns && elements(padded.slice(0, -1)) === 1)
    return { kind: 'row', rows: n / columns, columns };
  if (padded.at(-1) === 1 && padded.slice(0, -1).join() === a.slice(0, -1).join())
    return { kind: 'column', rows: n / columns, columns };
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
    backend.calls.call('sn_binary', {
      op: operation,
      broadcast: broadcasts[how.kind],
      rows: how.rows,
      columns: how.columns,
      a: span(backend.array(left), out.length),
      b: span(backend.array(right), elements(right.shape)),
      out: whole(out),
    });
    return backend.tensor(out, left.shape);
  };
}

const softmax =
  (fallback: tf.KernelFunc): NativeKernel =>
  (backend, { logits }, attrs) => {
    const { dim } = attrs as { dim: number };
    if (dim !== -1 && dim !== logits.shape.length - 1)
      return fallback({ inputs: { logits }, backend, attrs: attrs as unknown as tf.NamedAttrMap });
    const columns = logits.shape.at(-1)!;
    const y = backend.pool.take(elements(logits.shape));
    const rows = columns ? y.length / columns : 0;
    backend.calls.call('sn_softmax', { rows, columns, x: span(backend.array(logits), y.length), y: whole(y) });
    return backend.tensor(y, logits.shape);
  };

/** Exchanging the last two axes; any other order is the JavaScript kernel's. */
const transpose =
  (fallback: tf.KernelFunc): NativeKernel =>
  (backend, { x }, attrs) => {
    const { perm } = attrs as { perm: number[] };
    const rank = perm.length;
    const swapsLast =
      x.dtype === 'float32'
      && rank >= 2
      && perm.every((axis, i) => axis === (i === rank - 1 ? rank - 2 : i === rank - 2 ? rank - 1 : i));
    if (!swapsLast) return fallback({ inputs: { x }, backend, attrs: attrs as unknown as tf.NamedAttrMap });
    const [rows, columns] = x.shape.slice(-2);
    const y = backend.pool.take(elements(x.shape));
    const batch = elements(x.shape.slice(0, -2));
    backend.calls.call('sn_transpose', { batch, rows, columns, x: span(backend.array(x), y.length), y: whole(y) });
    return backend.tensor(y, [...x.shape.slice(0, -2), columns, rows]);
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
  };
}
