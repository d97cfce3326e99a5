import * as tf from '@tensorflow/tfjs-core';
import { elements, type NativeBackend, type NativeKernel } from '../backend.ts';
import { span, whole } from '../calls.ts';
import { fusedKernel } from '../fused.ts';

/**
 * Copies `parts` side by side along an axis into one array, or one array into them; each has
 * `[outer, extent · inner]` elements.
 */
function copyBlocks(
  { calls }: NativeBackend,
  outer: number,
  whole: Float32Array,
  parts: { values: Float32Array; width: number }[],
  toWhole: boolean,
): void {
  const stride = parts.reduce((sum, { width }) => sum + width, 0);
  if (outer === 0) return;
  let start = 0;
  for (const { values, width } of parts) {
    const block = whole.subarray(start, start + (outer - 1) * stride + width);
    const [from, to] = toWhole ? [values, block] : [block, values];
    const [fromStride, toStride] = toWhole ? [width, stride] : [stride, width];
    calls.call('sn_copy_rows', {
      rows: outer,
      width,
      from: span(from, (outer - 1) * fromStride + width),
      from_stride: fromStride,
      to: span(to, (outer - 1) * toStride + width),
      to_stride: toStride,
    });
    start += width;
  }
}

const concat =
  (fallback: tf.KernelFunc): NativeKernel =>
  (backend, inputs, attrs) => {
    const tensors = Object.values(inputs);
    if (tensors.some(({ dtype }) => dtype !== 'float32')) {
      return fallback({
        inputs: tensors as unknown as tf.NamedTensorInfoMap,
        backend,
        attrs: attrs as unknown as tf.NamedAttrMap,
      });
    }
    const [axis] = tf.util.parseAxisParam((attrs as { axis: number }).axis, tensors[0].shape);
    const shape = tf.backend_util.computeOutShape(
      tensors.map(({ shape }) => shape),
      axis,
    );
    const outer = elements(shape.slice(0, axis));
    const out = backend.pool.take(elements(shape));
    copyBlocks(
      backend,
      outer,
      out,
      tensors.map((x) => ({ values: backend.array(x), width: elements(x.shape.slice(axis)) })),
      true,
    );
    return backend.tensor(out, shape);
  };

const split: NativeKernel = (backend, { x }, attrs) => {
  const { numOrSizeSplits, axis: given } = attrs as { numOrSizeSplits: number[] | number; axis: number };
  const [axis] = tf.util.parseAxisParam(given, x.shape);
  const outer = elements(x.shape.slice(0, axis));
  const parts = tf.backend_util.prepareSplitSize(x as unknown as tf.Tensor, numOrSizeSplits, axis).map((extent) => {
    const shape = [...x.shape.slice(0, axis), extent, ...x.shape.slice(axis + 1)];
    return { shape, values: backend.pool.take(elements(shape)), width: elements(shape.slice(axis)) };
  });
  copyBlocks(backend, outer, backend.array(x), parts, false);
  return parts.map(({ shape, values }) => backend.tensor(values, shape));
};

export const append = fusedKernel('FusedAppend', {
  inputs: ['earlier', 'now'],
  forward(backend, { earlier, now }, { rows }) {
    const [parents, steps, ...rest] = earlier.shape;
    const before = steps * elements(rest);
    const width = elements(now.shape.slice(1));
    const out = backend.pool.take(rows.length * (before + width));
    backend.calls.call('sn_append_rows', {
      rows: rows.length,
      parents,
      before,
      width,
      ids: whole(rows),
      earlier: span(backend.array(earlier), parents * before),
      now: span(backend.array(now), rows.length * width),
      out: whole(out),
    });
    return backend.tensor(out, [rows.length, steps + now.shape[1], ...rest]);
  },
});

/** Kernels that move memory and compute nothing; the JavaScript ones go element by element. */
export function layoutKernels(): Record<string, NativeKernel> {
  return { Concat: concat(tf.getKernel('Concat', 'cpu').kernelFunc), SplitV: split };
}
