import * as tf from '@tensorflow/tfjs-core';
import { elements, type NativeKernel } from '../backend.ts';

/** Copies `parts` side by side along an axis into one array, or one array into them; each has `[outer, extent · inner]` elements. */
function copyBlocks(outer: number, whole: Float32Array, parts: { values: Float32Array; width: number }[], toWhole: boolean): void {
  const stride = parts.reduce((sum, { width }) => sum + width, 0);
  let start = 0;
  for (const { values, width } of parts) {
    for (let row = 0; row < outer; row++) {
      const at = row * stride + start;
      if (toWhole) whole.set(values.subarray(row * width, (row + 1) * width), at);
      else values.set(whole.subarray(at, at + width), row * width);
    }
    start += width;
  }
}

const concat = (fallback: tf.KernelFunc): NativeKernel => (backend, inputs, attrs) => {
  const tensors = Object.values(inputs);
  if (tensors.some(({ dtype }) => dtype !== 'float32')) {
    return fallback({ inputs: tensors as unknown as tf.NamedTensorInfoMap, backend, attrs: attrs as unknown as tf.NamedAttrMap });
  }
  const [axis] = tf.util.parseAxisParam((attrs as { axis: number }).axis, tensors[0].shape);
  const shape = tf.backend_util.computeOutShape(tensors.map(({ shape }) => shape), axis);
  const outer = elements(shape.slice(0, axis));
  const out = backend.pool.take(elements(shape));
  copyBlocks(outer, out, tensors.map((x) => ({ values: backend.array(x), width: elements(x.shape.slice(axis)) })), true);
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
  copyBlocks(outer, backend.array(x), parts, false);
  return parts.map(({ shape, values }) => backend.tensor(values, shape));
};

/** Kernels that move memory and compute nothing; the JavaScript ones go element by element. */
export function layoutKernels(): Record<string, NativeKernel> {
  return { Concat: concat(tf.getKernel('Concat', 'cpu').kernelFunc), SplitV: split };
}
