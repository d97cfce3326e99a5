import type * as tf from '@tensorflow/tfjs-core';
import { NativeCallError } from './calls.ts';

/**
 * What kernels leave for their gradients, by the tensor that they gave. It is dropped with that tensor, or when it is
 * taken, since a gradient is computed once.
 */
export class Kept<Left> {
  private readonly left = new WeakMap<object, Left>();

  set({ dataId }: tf.TensorInfo, left: Left): void {
    this.left.set(dataId, left);
  }

  take({ dataId }: tf.TensorInfo): Left {
    const left = this.left.get(dataId);
    if (!left)
      throw new NativeCallError(
        'A gradient was asked for of an operator that kept nothing for one, or gave it already.',
      );
    this.left.delete(dataId);
    return left;
  }
}
