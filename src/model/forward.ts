import * as tf from '@tensorflow/tfjs-core';
import type { Batch } from './batch.ts';
import { decode, predict } from './decoder.ts';
import { encode } from './encoder.ts';
import type { Network } from './network.ts';

/** The decoder's features of every target step, `[size · targetLength, d]`. */
export function featuresOf(net: Network, batch: Batch): tf.Tensor2D {
  const features = decode(net, encode(net, batch.source, batch.size), batch.input, batch.size);
  return tf.reshape(features, [batch.size * batch.targetLength, -1]);
}

/** Logits of every target step, `[size · targetLength, types]`. */
export function forward(net: Network, batch: Batch): tf.Tensor2D {
  return predict(net, featuresOf(net, batch));
}
