import * as tf from '@tensorflow/tfjs-core';

/** What the stock backends share beyond their common interface. */
interface ArrayBackend {
  readSync(id: object): Float32Array | Int32Array;
  write(values: Float32Array, shape: number[], dtype: string): object;
}

/**
 * Row look-up and its gradient over typed arrays, for a backend that lacks them or is slow at them: the stock
 * gradient on `cpu` goes over all rows once for each entry of the dictionary. They move memory and multiply
 * nothing, so JavaScript is fast enough.
 */
export function registerRowKernels(backendName: string): void {
  if (tf.getKernel('UnsortedSegmentSum', backendName)?.kernelFunc === segmentSum) return;
  const stock = tf.getKernel('GatherV2', backendName);
  replaceKernel('GatherV2', backendName, (call) =>
    isRowLookUp(call) || !stock ? gatherRows(call) : stock.kernelFunc(call),
  );
  replaceKernel('UnsortedSegmentSum', backendName, segmentSum);
}

function replaceKernel(kernelName: string, backendName: string, kernelFunc: tf.KernelFunc): void {
  if (tf.getKernel(kernelName, backendName)) tf.unregisterKernel(kernelName, backendName);
  tf.registerKernel({ kernelName, backendName, kernelFunc });
}

type KernelCall = Parameters<tf.KernelFunc>[0];

function isRowLookUp({ inputs, attrs }: KernelCall): boolean {
  return attrs?.axis === 0 && attrs.batchDims === 0 && inputs.x?.dtype === 'float32';
}

/** `out[i] = x[indices[i]]` for `x` of `[rows, …]`; an index outside of it throws. */
function gatherRows({ inputs, backend }: KernelCall): tf.TensorInfo {
  const { x, indices } = inputs as { x: tf.TensorInfo; indices: tf.TensorInfo };
  const { readSync, write } = arrays(backend);
  const table = readSync(x.dataId) as Float32Array;
  const ids = readSync(indices.dataId);
  const width = table.length / x.shape[0];
  const rows = new Float32Array(ids.length * width);
  for (let row = 0; row < ids.length; row++) {
    const id = ids[row];
    if (!(id >= 0 && id < x.shape[0]))
      throw new RangeError(`Row ${id} of a table with ${x.shape[0]} rows was asked for.`);
    rows.set(table.subarray(id * width, (id + 1) * width), row * width);
  }
  const shape = [...indices.shape, ...x.shape.slice(1)];
  return { dataId: write(rows, shape, 'float32'), shape, dtype: 'float32' };
}

/** `out[segmentIds[i]] += x[i]` for `x` of `[ids, …]`. */
function segmentSum({ inputs, attrs, backend }: KernelCall): tf.TensorInfo {
  const { x, segmentIds } = inputs as { x: tf.TensorInfo; segmentIds: tf.TensorInfo };
  const { numSegments } = attrs as unknown as { numSegments: number };
  const { readSync, write } = arrays(backend);
  const values = readSync(x.dataId) as Float32Array;
  const ids = readSync(segmentIds.dataId);
  const shape = [numSegments, ...x.shape.slice(segmentIds.shape.length)];
  const width = shape.slice(1).reduce((product, size) => product * size, 1);
  const sums = new Float32Array(numSegments * width);
  for (let row = 0; row < ids.length; row++) {
    const from = row * width;
    const to = ids[row] * width;
    for (let column = 0; column < width; column++) sums[to + column] += values[from + column];
  }
  return { dataId: write(sums, shape, 'float32'), shape, dtype: 'float32' };
}

function arrays(backend: unknown): ArrayBackend {
  const typed = backend as ArrayBackend;
  return { readSync: (id) => typed.readSync(id), write: (values, shape, dtype) => typed.write(values, shape, dtype) };
}
