import type { Continuations } from '../../model/hypotheses.ts';

/**
 * Of each row of logits `[rows, types]` the `count` most probable types, best first, ties to the smaller id, with the
 * logarithms of their probabilities.
 * @param never a type that is left out, though its probability counts
 */
export function topOf(logits: Float32Array, types: number, count: number, never: number): Continuations[] {
  return rowsOf(logits, types).map((row) => {
    const logSum = logSumOf(row);
    const best: number[] = [];
    row.forEach((logit, id) => {
      if (id === never || (best.length === count && logit <= row[best[count - 1]])) return;
      let place = Math.min(best.length, count - 1);
      while (place > 0 && row[best[place - 1]] < logit) {
        best[place] = best[place - 1];
        place--;
      }
      best[place] = id;
    });
    return best.map((id) => ({ id, logProbability: row[id] - logSum }));
  });
}

/** Of each row that one type, whatever else were better. */
export function only(logits: Float32Array, types: number, id: number): Continuations[] {
  return rowsOf(logits, types).map((row) => [{ id, logProbability: row[id] - logSumOf(row) }]);
}

function rowsOf(logits: Float32Array, types: number): Float32Array[] {
  return Array.from({ length: logits.length / types }, (_, i) => logits.subarray(i * types, (i + 1) * types));
}

/** log Σ exp. */
function logSumOf(row: Float32Array): number {
  const largest = row.reduce((most, value) => Math.max(most, value), -Infinity);
  return largest + Math.log(row.reduce((sum, value) => sum + Math.exp(value - largest), 0));
}
