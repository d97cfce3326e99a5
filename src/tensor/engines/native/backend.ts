import * as tf from '@tensorflow/tfjs-core';
import { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import type { AdamBackend, AdamCorner } from '../../adam.ts';
import type { HostBackend } from '../../host.ts';
import type { PackingBackend } from '../../ops/linear.ts';
import { NativeCallError, type NativeCalls, span, whole } from './calls.ts';
import { ArrayPool } from './pool.ts';

/** SN_PACKED_COLUMNS of native/shrinknas.h. */
const packedColumns = 32;

/**
 * A TensorFlow.js backend whose tensors are JavaScript typed arrays, as the pure JavaScript backend's are, and whose
 * important kernels are C functions over those arrays. Kernels without a C version are the JavaScript ones.
 */
export class NativeBackend extends MathBackendCPU implements AdamBackend, HostBackend, PackingBackend {
  /** Where kernels take arrays for their outputs. */
  readonly pool = new ArrayPool();
  /** Weights as `sn_packed_linear` reads them, by the data of the tensors that they were packed from. */
  private readonly packed = new WeakMap<object, Float32Array>();

  constructor(readonly calls: NativeCalls) {
    super();
    // Otherwise the first use prints an advertisement for another package.
    (this as unknown as { firstUse: boolean }).firstUse = false;
  }

  /** The array behind a tensor, for kernels; it must not be changed, other tensors may share it. */
  array(x: tf.TensorInfo): Float32Array {
    if (!this.data.has(x.dataId)) throw new NativeCallError('A tensor was used after it was disposed of.');
    const { values } = this.data.get(x.dataId);
    // TensorFlow.js casts whole numbers to floats by name alone.
    return values instanceof Float32Array ? values : Float32Array.from(values as Int32Array);
  }

  /** Gives the array of a tensor to code that may keep it; the pool therefore never uses that array again. */
  override readSync(dataId: object): tf.BackendValues {
    const values = super.readSync(dataId);
    this.pool.disown(values);
    return values;
  }

  /**
   * How JavaScript kernels make their results, some of which are views of an input's array:
   * that array must outlive the input.
   */
  override makeTensorInfo(
    shape: number[],
    dtype: tf.DataType,
    values?: tf.backend_util.BackendValues | string[],
  ): tf.TensorInfo {
    this.pool.disown(values);
    return super.makeTensorInfo(shape, dtype, values as tf.backend_util.BackendValues);
  }

  override disposeData(dataId: object, force = false): boolean {
    const values: unknown = this.data.has(dataId) ? this.data.get(dataId).values : undefined;
    const gone = super.disposeData(dataId, force);
    if (gone) this.pool.give(values);
    return gone;
  }

  packWeight({ dataId, shape, dtype }: tf.TensorInfo): void {
    if (this.packed.has(dataId)) return;
    const [out, columns] = shape;
    const packed = new Float32Array(columns * packedColumns * Math.ceil(out / packedColumns));
    this.calls.call('sn_pack_weight', {
      out,
      in: columns,
      weight: span(this.array({ dataId, shape, dtype }), out * columns),
      packed: whole(packed),
    });
    this.packed.set(dataId, packed);
  }

  packedWeight({ dataId }: tf.TensorInfo): Float32Array | undefined {
    return this.packed.get(dataId);
  }

  squaredNorm(values: Float32Array): number {
    return this.calls.squaredNorm(values);
  }

  adam({
    scale,
    weights,
    m,
    v,
    gradient,
    rows,
    columns,
    stride,
    beta1,
    beta2,
    epsilon,
    step,
    decay,
  }: AdamCorner): void {
    const extent = rows ? (rows - 1) * stride + columns : 0;
    this.calls.call('sn_adam', {
      rows,
      columns,
      stride,
      parameter: span(weights, extent),
      first: span(m, extent),
      second: span(v, extent),
      gradient: span(gradient, rows * columns),
      scale,
      beta1,
      beta2,
      step,
      decay,
      epsilon,
    });
  }

  take(length: number): Float32Array {
    return this.pool.take(length);
  }

  /** A tensor of that array. */
  tensor(values: Float32Array, shape: number[]): tf.TensorInfo {
    return super.makeTensorInfo(shape, 'float32', values);
  }

  /** The same tensor once more: its memory is used again when both are disposed of. */
  share(x: tf.TensorInfo): tf.TensorInfo {
    this.incRef(x.dataId);
    return { dataId: x.dataId, shape: x.shape, dtype: x.dtype };
  }
}

/** A kernel as the files beside this write it. */
export type NativeKernel = (
  backend: NativeBackend,
  inputs: Record<string, tf.TensorInfo>,
  attributes: Record<string, unknown>,
) => tf.TensorInfo | tf.TensorInfo[];

/** Registers the JavaScript kernels under the native backend's name, then C kernels over them. */
export function registerKernels(backendName: string, kernels: Record<string, NativeKernel>): void {
  for (const kernel of tf.getKernelsForBackend('cpu')) {
    if (!(kernel.kernelName in kernels)) tf.registerKernel({ ...kernel, backendName });
  }
  for (const [kernelName, kernel] of Object.entries(kernels)) {
    tf.registerKernel({
      kernelName,
      backendName,
      kernelFunc: ({ inputs, backend, attrs }) =>
        kernel(
          backend as NativeBackend,
          inputs as Record<string, tf.TensorInfo>,
          (attrs ?? {}) as Record<string, unknown>,
        ),
    });
  }
}

export function elements(shape: readonly number[]): number {
  return shape.reduce((product, extent) => product * extent, 1);
}
