import type { Language } from '../language.ts';
import { pythonLowercase } from '../python-lowercase.ts';
import type { BleuCounts } from './counts.ts';
import { corpusCounts } from './score.ts';
import { tokenizerFor, tokenizers } from './tokenizer.ts';

/**
 * What was computed, in the words of the `sacrebleu` package: one reference, lowercased, all four orders, the
 * tokenizer of the language, exponential smoothing. The version is the one whose figures this implementation was found
 * to give.
 */
export function sacrebleuSignature(language: Language): string {
  return `nrefs:1|case:lc|eff:no|tok:${tokenizerFor(language)}|smooth:exp|version:2.6.0`;
}

/** How a precision of 0 is treated under this signature. */
export const sacrebleuSmoothing = 'exp';

/**
 * Counts each sentence as sacreBLEU does under `sacrebleuSignature` (Post 2018).
 *
 * @param hypotheses text that is not tokenised, one sentence an entry, in the order of `references`
 */
export function sacrebleuCounts(
  hypotheses: readonly string[],
  references: readonly string[],
  language: Language,
): BleuCounts[] {
  const tokenize = tokenizers[tokenizerFor(language)];
  const tokens = (text: string): string => tokenize(pythonLowercase(text));
  return corpusCounts(hypotheses.map(tokens), references.map(tokens));
}
