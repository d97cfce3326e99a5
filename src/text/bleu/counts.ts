/** Longest n-grams that BLEU looks at. */
export const order = 4;

/** Counts of one or more sentences, from which BLEU is computed; they add up over sentences. */
export interface BleuCounts {
  /**
   * N-grams of the hypothesis that the reference holds, each at most as often as it does;
   * by length of the n-gram less 1.
   */
  matches: number[];
  /** N-grams of the hypothesis, by length less 1. */
  totals: number[];
  /** In tokens. */
  hypothesisLength: number;
  referenceLength: number;
}

/** The counts of one sentence; its tokens are what ASCII white space parts. */
export function sentenceCounts(hypothesis: string, reference: string): BleuCounts {
  const hypothesisTokens = tokens(hypothesis);
  const referenceTokens = tokens(reference);
  const matches = Array.from({ length: order }, (_, i) => {
    const available = ngrams(referenceTokens, i + 1);
    let count = 0;
    for (const [ngram, occurrences] of ngrams(hypothesisTokens, i + 1))
      count += Math.min(occurrences, available.get(ngram) ?? 0);
    return count;
  });
  return {
    matches,
    totals: ngramTotals(hypothesisTokens.length),
    hypothesisLength: hypothesisTokens.length,
    referenceLength: referenceTokens.length,
  };
}

/** How many 1-grams to 4-grams one sentence of this many tokens has. */
export function ngramTotals(length: number): number[] {
  return Array.from({ length: order }, (_, i) => Math.max(0, length - i));
}

export function sumCounts(sentences: Iterable<BleuCounts>): BleuCounts {
  const zeros = (): number[] => new Array<number>(order).fill(0);
  const sum: BleuCounts = { matches: zeros(), totals: zeros(), hypothesisLength: 0, referenceLength: 0 };
  for (const sentence of sentences) {
    for (let n = 0; n < order; n++) {
      sum.matches[n] += sentence.matches[n];
      sum.totals[n] += sentence.totals[n];
    }
    sum.hypothesisLength += sentence.hypothesisLength;
    sum.referenceLength += sentence.referenceLength;
  }
  return sum;
}

function tokens(sentence: string): string[] {
  return sentence.split(/[\t-\r ]/).filter((token) => token !== '');
}

function ngrams(words: readonly string[], n: number): Map<string, number> {
  const counts = new Map<string, number>();
  for (let i = 0; i + n <= words.length; i++) {
    const ngram = words.slice(i, i + n).join(' ');
    counts.set(ngram, (counts.get(ngram) ?? 0) + 1);
  }
  return counts;
}
