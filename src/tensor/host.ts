import * as tf from '@tensorflow/tfjs-core';

/** An engine whose tensors lie in this process's memory may let others read it, and use again what it has. */
export interface HostBackend {
  /** The array behind a tensor, until that is disposed of. */
  array(x: tf.TensorInfo): Float32Array;
  /** Memory for a tensor; it holds anything. */
  take(length: number): Float32Array;
  /** A tensor of memory that was taken. */
  tensor(values: Float32Array, shape: number[]): tf.TensorInfo;
}

/**
 * What a float tensor holds, to be read before it is disposed of and not to be changed:
 * without a copy where the engine can.
 */
export function valuesOf(x: tf.Tensor): Float32Array {
  return hostBackend()?.array(x) ?? (x.dataSync() as Float32Array);
}

/** The current engine, if it is one whose memory others may read. */
export function hostBackend(): HostBackend | undefined {
  const backend = tf.backend() as Partial<HostBackend>;
  return backend.array && backend.take && backend.tensor ? (backend as HostBackend) : undefined;
}
