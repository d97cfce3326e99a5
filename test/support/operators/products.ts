import * as tf from '@tensorflow/tfjs-core';
import type { Activation } from '../../../src/tensor/ops/attributes.ts';
import { activatedLinear, linear } from '../../../src/tensor/ops/linear.ts';
import { type Case, elements, normal } from './case.ts';
import { activations } from './elementwise.ts';

/** `x [..., in]` to `[..., out]`, with or without a bias. */
export function linearCase(outer: number[], inner: number, out: number, biased: boolean, seed: number): Case {
  const rows = elements(outer);
  const inputs = [
    normal([...outer, inner], seed),
    normal([out, inner], seed + 1),
    ...(biased ? [normal([out], seed + 2)] : []),
  ];
  return {
    operator: (x, weight, bias) => linear(x, weight as tf.Tensor2D, bias as tf.Tensor1D | undefined),
    definition: (x, weight, bias) => {
      const y = new Float64Array(rows * out);
      for (let row = 0; row < rows; row++) {
        for (let o = 0; o < out; o++) {
          let sum = bias ? bias[o] : 0;
          for (let i = 0; i < inner; i++) sum += x[row * inner + i] * weight[o * inner + i];
          y[row * out + o] = sum;
        }
      }
      return y;
    },
    inputs,
    work: rows * inner * out,
  };
}

/**
 * The activation of a linear map from `[..., in]` to `[..., out]`. Of whole numbers, with biases halfway
 * between two: sums are exact in single precision, so that none is on the other side of the kink at 0 there, or
 * gets there by a finite difference.
 */
export function activatedLinearCase(
  outer: number[],
  inner: number,
  out: number,
  activation: Activation,
  seed: number,
): Case {
  const { definition, inputs, work } = linearCase(outer, inner, out, true, seed);
  inputs.forEach(({ data }, i) =>
    data.forEach((value, j) => {
      data[j] = Math.round(value) + (i === 2 ? 0.5 : 0);
    }),
  );
  return {
    operator: (x, weight, bias) => activatedLinear(x, weight as tf.Tensor2D, bias as tf.Tensor1D, activation),
    definition: (...inputs) => definition(...inputs).map(activations[activation]),
    inputs,
    work: work + 4 * elements(outer) * out,
  };
}

export interface ProductSizes {
  /** Leading axes of each side. They are equal, or one side has a single matrix for all of the other's. */
  outerA: number[];
  outerB: number[];
  m: number;
  k: number;
  n: number;
  transposeA?: boolean;
  transposeB?: boolean;
}

/**
 * `op(A) [..., m, k] · op(B) [..., k, n]`. Gradients exist for products of whole batches without
 * transposition (src/tensor/gradients.ts).
 */
export function productCase(
  { outerA, outerB, m, k, n, transposeA = false, transposeB = false }: ProductSizes,
  seed: number,
): Case {
  const [batchA, batchB] = [elements(outerA), elements(outerB)];
  const batch = Math.max(batchA, batchB);
  return {
    operator: (a, b) => tf.matMul(a, b, transposeA, transposeB),
    definition: (a, b) => {
      const y = new Float64Array(batch * m * n);
      for (let matrix = 0; matrix < batch; matrix++) {
        const [fromA, fromB] = [batchA === 1 ? 0 : matrix * m * k, batchB === 1 ? 0 : matrix * k * n];
        for (let row = 0; row < m; row++) {
          for (let column = 0; column < n; column++) {
            let sum = 0;
            for (let i = 0; i < k; i++) {
              sum +=
                a[fromA + (transposeA ? i * m + row : row * k + i)]
                * b[fromB + (transposeB ? column * k + i : i * n + column)];
            }
            y[(matrix * m + row) * n + column] = sum;
          }
        }
      }
      return y;
    },
    inputs: [
      normal([...outerA, ...(transposeA ? [k, m] : [m, k])], seed),
      normal([...outerB, ...(transposeB ? [n, k] : [k, n])], seed + 1),
    ],
    work: batch * m * n * k,
    differentiable: !transposeA && !transposeB && outerA.join() === outerB.join(),
  };
}
