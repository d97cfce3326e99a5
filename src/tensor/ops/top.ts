import * as tf from '@tensorflow/tfjs-core';
import { hasFused, runFused } from './fused.ts';

/** The best types of each row, best first; both `[rows, k]`, row by row, on the host. */
export interface TopTypes {
  /** −1 in a place for which no type is left. */
  ids: Int32Array;
  /** In nats; −∞ in a place for which no type is left. */
  logProbabilities: Float32Array;
}

/**
 * The `k` most probable types of each row of `logits [rows, types]`, ties to the smaller id, with the logarithms of
 * their probabilities by softmax over the whole row.
 * @param never a type that is left out, though its probability counts; by default none is
 */
export function topLogProbabilities(logits: tf.Tensor2D, k: number, never = -1): TopTypes {
  return hasFused('FusedTopLogProbabilities') ? fusedTop(logits, k, never) : plainTop(logits, k, never);
}

/** log p of one type in each row of `logits [rows, types]`: `[rows]`, on the host. */
export function logProbabilitiesOf(logits: tf.Tensor2D, id: number): Float32Array {
  return tf.tidy(() => tf.sub(tf.slice(logits, [0, id], [-1, 1]), logSums(logits)).dataSync() as Float32Array);
}

function fusedTop(logits: tf.Tensor2D, k: number, never: number): TopTypes {
  const [ids, logProbabilities] = runFused('FusedTopLogProbabilities', { logits }, { k, never });
  const top = { ids: ids.dataSync() as Int32Array, logProbabilities: logProbabilities.dataSync() as Float32Array };
  tf.dispose([ids, logProbabilities]);
  return top;
}

function plainTop(logits: tf.Tensor2D, k: number, never: number): TopTypes {
  const [rows, types] = logits.shape;
  // One more than asked for: `never` may be among them.
  const found = Math.min(k + 1, types);
  const [values, candidates, sums] = tf.tidy(() => {
    const best = tf.topk(logits, found);
    return [best.values.dataSync(), best.indices.dataSync(), logSums(logits).dataSync()];
  });
  const top = { ids: new Int32Array(rows * k).fill(-1), logProbabilities: new Float32Array(rows * k).fill(-Infinity) };
  for (let row = 0; row < rows; row++) {
    let place = 0;
    for (let i = row * found; i < (row + 1) * found && place < k; i++) {
      if (candidates[i] === never) continue;
      top.ids[row * k + place] = candidates[i];
      top.logProbabilities[row * k + place] = values[i] - sums[row];
      place++;
    }
  }
  return top;
}

/**
 * log Σ exp of each row of `[rows, types]`, as `[rows, 1]`: from the largest logit and its
 * probability, two quick reductions.
 */
function logSums(logits: tf.Tensor2D): tf.Tensor {
  return tf.sub(tf.max(logits, 1, true), tf.log(tf.max(tf.softmax(logits), 1, true)));
}
