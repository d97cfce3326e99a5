import { innerOf, layers } from './model.ts';

/** A product `C [m, n] = op(A) [m, k] · op(B) [k, n]`, op(X) = Xᵀ where transposed. */
export interface Shape {
  what: string;
  transposeA: boolean;
  transposeB: boolean;
  m: number;
  n: number;
  k: number;
  /** How often it occurs in a training step. */
  count: number;
}

/** Rows of the output layer that are computed at once: CHUNK in native/loss.c. */
const chunkRows = 384;

/**
 * All large products of a training step of the attention model: every linear map forward, for the gradient of its
 * input and for that of its weights, and the output layer's by chunks of rows. Attention's own small products are no
 * calls of the product function.
 *
 * @param tokens of each side
 * @param types entries of the target dictionary
 */
export function shapesOf(width: number, tokens: number, types: number): Shape[] {
  const inner = innerOf(width);
  const chunks = Math.floor(tokens / chunkRows);
  return [
    // Query, key, value and output of an encoder layer's attention and of the two of a decoder layer.
    ...productsOf('projection', tokens, width, width, layers * 12),
    ...productsOf('feed-forward up', tokens, width, inner, layers * 2),
    ...productsOf('feed-forward down', tokens, inner, width, layers * 2),
    ...productsOf('output, chunk', chunkRows, width, types, chunks),
    ...productsOf('output, last chunk', tokens - chunks * chunkRows, width, types, 1),
  ].filter(({ m, k, count }) => m > 0 && k > 0 && count > 0);
}

export function flopOf({ m, n, k }: Shape): number {
  return 2 * m * n * k;
}

/** The three products of a linear map `[fanOut, fanIn]` on that many rows. */
function productsOf(what: string, rows: number, fanIn: number, fanOut: number, count: number): Shape[] {
  return [
    { what: `${what}, forward`, transposeA: false, transposeB: true, m: rows, n: fanOut, k: fanIn, count },
    { what: `${what}, input gradient`, transposeA: false, transposeB: false, m: rows, n: fanIn, k: fanOut, count },
    { what: `${what}, weight gradient`, transposeA: true, transposeB: false, m: fanOut, n: fanIn, k: rows, count },
  ];
}
