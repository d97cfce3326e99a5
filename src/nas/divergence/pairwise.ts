import * as tf from '@tensorflow/tfjs-core';
import { valuesOf } from '../../tensor/host.ts';
import { tidied } from './rows.ts';

/** A symmetric matrix over n networks, row by row; NaN where two are not comparable. */
export interface PairMatrix {
  networks: number;
  values: Float64Array;
}

/**
 * An inner product ⟨f, g⟩ = fᵀ M g of vectors of up to `size` channels; a shorter vector
 * counts as one that ends in zeros.
 */
export interface Metric {
  size: number;
  /** `[size, size]`, symmetric and positive semi-definite; absent: the identity. */
  matrix?: Float32Array;
}

/** Elements of one factor of a product: bounds what the engine holds at a time to some tens of megabytes. */
const chunkElements = 2 ** 22;

/**
 * Mean squared difference of the normalised vectors of every pair of n networks, over as many tokens as are added. With
 * vectors of zero mean, divided by their deviation, that is 2 − 2·cos, so the vectors themselves, however long, need
 * not be had: inner products of what they were made from do. Products are float32, sums over tokens float64.
 */
export class PairwiseDivergence {
  private readonly sums: Float64Array;
  private tokens = 0;

  constructor(
    private readonly networks: number,
    private readonly metric: Metric,
  ) {
    this.sums = new Float64Array(networks * networks);
  }

  /** @param vectors of each network, `[tokens, width]`; widths may differ */
  add(vectors: readonly Float32Array[], tokens: number): void {
    const {
      networks,
      metric: { size },
    } = this;
    const step = Math.max(1, Math.floor(chunkElements / (networks * Math.max(networks, size))));
    for (let start = 0; start < tokens; start += step) {
      const count = Math.min(step, tokens - start);
      this.accumulate(this.products(interleave(vectors, tokens, start, count, size), count), count);
    }
    this.tokens += tokens;
  }

  /** Of all tokens so far. */
  result(): PairMatrix {
    const { networks, sums, tokens } = this;
    const at = (i: number, j: number) => sums[i * networks + j] / tokens;
    const values = new Float64Array(networks * networks);
    for (let i = 0; i < networks; i++) {
      for (let j = i + 1; j < networks; j++) {
        // Of networks that agree, rounding leaves something on either side of zero.
        values[i * networks + j] = values[j * networks + i] = Math.max(0, at(i, i) + at(j, j) - 2 * at(i, j));
      }
    }
    return { networks, values };
  }

  /** Inner products `[count, networks, networks]` of `rows [count, networks, size]`. */
  private products(rows: Float32Array, count: number): Float32Array {
    const {
      networks,
      metric: { size, matrix },
    } = this;
    return tidied(() => {
      const left = tf.tensor3d(rows, [count, networks, size]);
      const right = matrix
        ? tf.reshape(tf.matMul(tf.reshape(left, [-1, size]), tf.tensor2d(matrix, [size, size])), left.shape)
        : left;
      return valuesOf(tf.matMul(left, right, false, true)).slice();
    });
  }

  private accumulate(products: Float32Array, count: number): void {
    const { networks, sums } = this;
    const inverse = new Float64Array(networks);
    for (let token = 0; token < count; token++) {
      const from = token * networks * networks;
      for (let i = 0; i < networks; i++) {
        const square = products[from + i * (networks + 1)];
        // A vector without direction is 0 after normalisation.
        inverse[i] = square > 0 ? 1 / Math.sqrt(square) : 0;
      }
      for (let i = 0; i < networks; i++) {
        for (let j = i; j < networks; j++)
          sums[i * networks + j] += products[from + i * networks + j] * inverse[i] * inverse[j];
      }
    }
  }
}

/**
 * Tokens `start` to `start + count` of all networks, token by token, filled up with zeros: `[count, networks, size]`.
 */
function interleave(
  vectors: readonly Float32Array[],
  tokens: number,
  start: number,
  count: number,
  size: number,
): Float32Array {
  const rows = new Float32Array(count * vectors.length * size);
  vectors.forEach((values, network) => {
    const width = values.length / tokens;
    for (let token = 0; token < count; token++) {
      const from = (start + token) * width;
      rows.set(values.subarray(from, from + width), (token * vectors.length + network) * size);
    }
  });
  return rows;
}
