import type * as tf from '@tensorflow/tfjs-core';
import { NativeCallError } from './calls.ts';

/**
 * What operators leave for their gradients, by the tensor that they gave. Outputs of their own would get gradients of their own. It goes
 * with the tensor, or when it is taken: a gradient is asked for once.
 */
export class Kept<Left> {
  private readonly left = new WeakMap<object, Left>();

  set({ dataId }: tf.TensorInfo, left: Left): void {
    this.left.set(dataId, left);
  }

  take({ dataId }: tf.TensorInfo): Left {
    const left = this.left.get(dataId);
    if (!left) throw new NativeCallError('A gradient was asked for of an operator that kept nothing for one, or gave it already.');
    this.left.delete(dataId);
    return left;
  }
}
