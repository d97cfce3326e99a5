import { CorpusError } from './errors.ts';

const order = 4;

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

/** Counts of one or more sentences, from which BLEU is computed; they add up over sentences. */
export interface BleuCounts {
  /** N-grams of the hypothesis that the reference holds, each at most as often as it does; by length of the n-gram less 1. */
  matches: number[];
  /** N-grams of the hypothesis, by length less 1. */
  totals: number[];
  hypothesisLength: number;
  referenceLength: number;
}

/**
 * Corpus BLEU with one reference, as Moses' multi-bleu.perl computes it (Papineni et al. 2002, section 2.3; no smoothing):
 * BP · exp(Σ log pₙ / 4), BP = exp(1 − r/h) if the hypotheses are shorter than the references. Tokens are what ASCII white
 * space parts. A precision of 0 makes the score 0.
 *
 * @param hypotheses one sentence an entry, in the order of `references`
 */
export function corpusBleu(hypotheses: readonly string[], references: readonly string[]): Bleu {
  if (hypotheses.length !== references.length) {
    throw new CorpusError(`BLEU compares sentence by sentence, but there are ${hypotheses.length} hypotheses and ${references.length} references.`);
  }
  return bleuOf(hypotheses.map((hypothesis, i) => sentenceCounts(hypothesis, references[i])));
}

/** The counts of one sentence: for BLEU over any selection of sentences, such as a bootstrap sample. */
export function sentenceCounts(hypothesis: string, reference: string): BleuCounts {
  const hypothesisTokens = tokens(hypothesis);
  const referenceTokens = tokens(reference);
  const counts: BleuCounts = { matches: [], totals: [], hypothesisLength: hypothesisTokens.length, referenceLength: referenceTokens.length };
  for (let n = 1; n <= order; n++) {
    const available = ngrams(referenceTokens, n);
    let matches = 0;
    for (const [ngram, count] of ngrams(hypothesisTokens, n)) matches += Math.min(count, available.get(ngram) ?? 0);
    counts.matches.push(matches);
    counts.totals.push(Math.max(0, hypothesisTokens.length - n + 1));
  }
  return counts;
}

/** BLEU of the sentences with these counts. */
export function bleuOf(sentences: Iterable<BleuCounts>): Bleu {
  const matches = new Array<number>(order).fill(0);
  const totals = new Array<number>(order).fill(0);
  let hypothesisLength = 0;
  let referenceLength = 0;
  for (const sentence of sentences) {
    for (let n = 0; n < order; n++) {
      matches[n] += sentence.matches[n];
      totals[n] += sentence.totals[n];
    }
    hypothesisLength += sentence.hypothesisLength;
    referenceLength += sentence.referenceLength;
  }
  const precisions = matches.map((count, n) => (totals[n] === 0 ? 0 : count / totals[n]));
  const brevityPenalty = penalty(hypothesisLength, referenceLength);
  const meanLog = precisions.reduce((sum, precision) => sum + Math.log(precision), 0) / order;
  return {
    score: 100 * brevityPenalty * Math.exp(meanLog),
    precisions: precisions.map((precision) => 100 * precision),
    brevityPenalty,
    ratio: referenceLength === 0 ? 0 : hypothesisLength / referenceLength,
    hypothesisLength,
    referenceLength,
  };
}

function penalty(hypothesisLength: number, referenceLength: number): number {
  if (hypothesisLength === 0) return 0;
  return hypothesisLength < referenceLength ? Math.exp(1 - referenceLength / hypothesisLength) : 1;
}

/** The line that multi-bleu.perl prints. */
export function formatBleu({ score, precisions, brevityPenalty, ratio, hypothesisLength, referenceLength }: Bleu): string {
  if (referenceLength === 0) return 'BLEU = 0, 0/0/0/0 (BP=0, ratio=0, hyp_len=0, ref_len=0)';
  const parts = precisions.map((precision) => fixed(precision, 1)).join('/');
  return `BLEU = ${fixed(score, 2)}, ${parts} (BP=${fixed(brevityPenalty, 3)}, ratio=${fixed(ratio, 3)}, `
    + `hyp_len=${hypothesisLength}, ref_len=${referenceLength})`;
}

/** Decimal notation as C's printf rounds it: an exact tie goes to the even digit, where `toFixed` rounds up (31.25 → 31.2). */
function fixed(value: number, digits: number): string {
  const scaled = value * 10 ** digits;
  const down = Math.floor(scaled);
  // Only a multiple of a power of two can lie exactly between two decimals.
  const tie = Number.isInteger(value * 2 ** (digits + 1)) && scaled - down === 0.5;
  return (tie && down % 2 === 0 ? down / 10 ** digits : value).toFixed(digits);
}

function tokens(sentence: string): string[] {
  return sentence.split(/[\t-\r ]+/).filter((token) => token !== '');
}

function ngrams(words: readonly string[], n: number): Map<string, number> {
  const counts = new Map<string, number>();
  for (let i = 0; i + n <= words.length; i++) {
    const ngram = words.slice(i, i + n).join(' ');
    counts.set(ngram, (counts.get(ngram) ?? 0) + 1);
  }
  return counts;
}
