import { CorpusError } from './errors.ts';

/** Batches of full size hold a multiple of this many sentences, which suits matrix kernels. */
const sizeMultiple = 8;

export interface Batches {
  /** Indices of the pairs of each batch, in order of length. */
  batches: Int32Array[];
  /** Pairs that no batch can hold. */
  skipped: number;
}

/**
 * Groups sentence pairs of similar length into batches as fairseq does (`ordered_indices` and `batch_by_size`). The
 * pairs, in the order given, are stably sorted by source length and then target length. A batch takes pairs in that
 * order as long as (sentences + 1) × longest side ≤ `maxTokens`; when it is full and has 8 sentences or more, those
 * beyond a multiple of 8 go over to the next. Lengths include `</s>`.
 *
 * @param sourceLengths tokens of each pair's source
 * @param targetLengths tokens of each pair's target
 * @param permutation the indices of all pairs in random order: it decides between pairs of equal length
 * @param tooLong what becomes of a pair with a side above `maxTokens`: an error, or it is left out and counted
 */
export function makeBatches(
  sourceLengths: ArrayLike<number>,
  targetLengths: ArrayLike<number>,
  maxTokens: number,
  permutation: ArrayLike<number>,
  tooLong: 'error' | 'skip' = 'error',
): Batches {
  const longest = (pair: number): number => Math.max(sourceLengths[pair], targetLengths[pair]);
  const order = Array.from(permutation).sort(
    (a, b) => sourceLengths[a] - sourceLengths[b] || targetLengths[a] - targetLengths[b],
  );
  const fitting = order.filter((pair) => longest(pair) <= maxTokens);
  const skipped = order.length - fitting.length;
  if (skipped > 0 && tooLong === 'error') {
    const worst = order.reduce((a, b) => (longest(b) > longest(a) ? b : a));
    throw new CorpusError(
      `${skipped} sentence pair(s) do not fit a batch of ${maxTokens} tokens; pair ${worst + 1} has ${longest(worst)}. `
        + 'Raise the tokens of a batch, or lower the maximum length in preprocessing.',
    );
  }

  const batches: Int32Array[] = [];
  let batch: number[] = [];
  let width = 0;
  for (const pair of fitting) {
    width = Math.max(width, longest(pair));
    // The pairs carried over are fewer than 8, but one very long pair may not fit even those:
    // fairseq then exceeds the limit.
    while (batch.length > 0 && (batch.length + 1) * width > maxTokens) {
      const size = batch.length < sizeMultiple ? batch.length : batch.length - (batch.length % sizeMultiple);
      batches.push(Int32Array.from(batch.slice(0, size)));
      batch = batch.slice(size);
      width = batch.reduce((max, carried) => Math.max(max, longest(carried)), longest(pair));
    }
    batch.push(pair);
  }
  if (batch.length > 0) batches.push(Int32Array.from(batch));
  return { batches, skipped };
}
