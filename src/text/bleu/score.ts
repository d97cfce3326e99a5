import { CorpusError } from '../errors.ts';
import { sentenceCounts, sumCounts } from './counts.ts';
import type { BleuCounts } from './counts.ts';

/** Corpus BLEU and what it is made of. */
export interface Bleu {
  /** From 0 to 100. */
  score: number;
  /** Of 1-grams to 4-grams, from 0 to 100. */
  precisions: number[];
  /** From 0 to 1. */
  brevityPenalty: number;
  /** Length of the hypotheses by length of the references. */
  ratio: number;
  /** In tokens. */
  hypothesisLength: number;
  referenceLength: number;
}

/**
 * What becomes of a precision of 0: `none` leaves it, and BLEU is 0; `exp` takes the k-th such precision for 1 / (2ᵏ ·
 * total), as mteval-v13a.pl does (Chen and Cherry 2014, method 3).
 */
export type Smoothing = 'none' | 'exp';

/** Counts each sentence of a corpus. */
export function corpusCounts(hypotheses: readonly string[], references: readonly string[]): BleuCounts[] {
  if (hypotheses.length !== references.length) {
    throw new CorpusError(
      `BLEU compares sentence by sentence, but there are ${hypotheses.length} hypotheses `
        + `and ${references.length} references.`,
    );
  }
  return hypotheses.map((hypothesis, i) => sentenceCounts(hypothesis, references[i]));
}

/**
 * Corpus BLEU with one reference, as Moses' multi-bleu.perl computes it: without smoothing. Tokens
 * are what ASCII white space parts.
 *
 * @param hypotheses one sentence an entry, in the order of `references`
 */
export function corpusBleu(hypotheses: readonly string[], references: readonly string[]): Bleu {
  return bleuOf(corpusCounts(hypotheses, references));
}

/** BLEU of the sentences with these counts. */
export function bleuOf(sentences: Iterable<BleuCounts>, smoothing: Smoothing = 'none'): Bleu {
  return scoreCounts(sumCounts(sentences), smoothing);
}

/**
 * BLEU of summed counts (Papineni et al. 2002, section 2.3): BP · exp(Σ log pₙ / 4), BP = exp(1 − r/h) if the
 * hypotheses are shorter than the references. Without any match, or with hypotheses of fewer than 4 tokens
 * each, it is 0 however smoothed.
 */
export function scoreCounts(
  { matches, totals, hypothesisLength, referenceLength }: BleuCounts,
  smoothing: Smoothing,
): Bleu {
  const precisions = (smoothing === 'exp' ? smoothedPrecisions : plainPrecisions)(matches, totals);
  const brevityPenalty = penalty(hypothesisLength, referenceLength);
  const meanLog = precisions.reduce((sum, precision) => sum + Math.log(precision), 0) / precisions.length;
  return {
    score: 100 * brevityPenalty * Math.exp(meanLog),
    precisions: precisions.map((precision) => 100 * precision),
    brevityPenalty,
    ratio: referenceLength === 0 ? 0 : hypothesisLength / referenceLength,
    hypothesisLength,
    referenceLength,
  };
}

function plainPrecisions(matches: readonly number[], totals: readonly number[]): number[] {
  return totals.map((total, n) => (total === 0 ? 0 : matches[n] / total));
}

function smoothedPrecisions(matches: readonly number[], totals: readonly number[]): number[] {
  if (matches.every((count) => count === 0)) return totals.map(() => 0);
  let share = 1;
  return totals.map((total, n) => {
    if (total === 0) return 0;
    if (matches[n] > 0) return matches[n] / total;
    share /= 2;
    return share / total;
  });
}

function penalty(hypothesisLength: number, referenceLength: number): number {
  if (hypothesisLength >= referenceLength) return 1;
  return hypothesisLength === 0 ? 0 : Math.exp(1 - referenceLength / hypothesisLength);
}

/** The line that multi-bleu.perl prints. */
export function formatBleu({
  score,
  precisions,
  brevityPenalty,
  ratio,
  hypothesisLength,
  referenceLength,
}: Bleu): string {
  if (referenceLength === 0) return 'BLEU = 0, 0/0/0/0 (BP=0, ratio=0, hyp_len=0, ref_len=0)';
  const parts = precisions.map((precision) => fixed(precision, 1)).join('/');
  return (
    `BLEU = ${fixed(score, 2)}, ${parts} (BP=${fixed(brevityPenalty, 3)}, ratio=${fixed(ratio, 3)}, `
    + `hyp_len=${hypothesisLength}, ref_len=${referenceLength})`
  );
}

/**
 * Decimal notation as C's printf rounds it: an exact tie goes to the even digit, where
 * `toFixed` rounds up (31.25 → 31.2).
 */
export function fixed(value: number, digits: number): string {
  const scaled = value * 10 ** digits;
  const down = Math.floor(scaled);
  // Only a multiple of a power of two can lie exactly between two decimals.
  const tie = Number.isInteger(value * 2 ** (digits + 1)) && scaled - down === 0.5;
  return (tie && down % 2 === 0 ? down / 10 ** digits : value).toFixed(digits);
}
