import { corpusCounts } from './score.ts';
import type { BleuCounts } from './counts.ts';
import { tokenize13a } from './tokenizer-13a.ts';

/**
 * What was computed, in the words of the `sacrebleu` package: one reference, lowercased, all four orders, tokenizer
 * 13a, exponential smoothing. The version is the one whose figures this implementation was found to give.
 */
export const sacrebleuSignature = 'nrefs:1|case:lc|eff:no|tok:13a|smooth:exp|version:2.6.0';

/** How a precision of 0 is treated under this signature. */
export const sacrebleuSmoothing = 'exp';

/**
 * Counts each sentence as sacreBLEU does under `sacrebleuSignature` (Post 2018).
 *
 * @param hypotheses text that is not tokenised, one sentence an entry, in the order of `references`
 */
export function sacrebleuCounts(hypotheses: readonly string[], references: readonly string[]): BleuCounts[] {
  return corpusCounts(hypotheses.map(tokens), references.map(tokens));
}

/** Python's `lower` knows the final sigma, as does JavaScript's. */
function tokens(text: string): string {
  return tokenize13a(text.toLowerCase());
}
