import { pythonTokens } from '../unicode.ts';
import { pythonLowercase } from '../python-lowercase.ts';

/** chrF of a corpus. */
export interface Chrf {
  /** From 0 to 100. */
  score: number;
  signature: string;
}

/** Longest n-grams of characters, and the weight of recall. */
const order = 6;
const beta = 2;

/** In the words of the `sacrebleu` package, as `sacrebleuSignature`. */
const signature = `nrefs:1|case:lc|eff:yes|nc:${order}|nw:0|space:no|version:2.6.0`;

/**
 * chrF2 (Popović 2015) as sacreBLEU computes it: the F-score of mean precision and mean recall over the orders 1 to 6
 * that both sides have, of characters without white space, over counts of the whole corpus.
 *
 * @param hypotheses text that is not tokenised, one sentence an entry, in the order of `references`
 */
export function corpusChrf(hypotheses: readonly string[], references: readonly string[]): Chrf {
  const sums = Array.from({ length: order }, () => ({ hypothesis: 0, reference: 0, matches: 0 }));
  hypotheses.forEach((hypothesis, i) => {
    const [ours, theirs] = [characters(hypothesis), characters(references[i])];
    sums.forEach((sum, n) => {
      const available = ngrams(theirs, n + 1);
      // A reference without such n-grams asks for none.
      if (available.size === 0) return;
      sum.hypothesis += Math.max(0, ours.length - n);
      sum.reference += theirs.length - n;
      for (const [ngram, count] of ngrams(ours, n + 1)) sum.matches += Math.min(count, available.get(ngram) ?? 0);
    });
  });
  const effective = sums.filter(({ hypothesis, reference }) => hypothesis > 0 && reference > 0);
  const mean = (side: 'hypothesis' | 'reference'): number =>
    effective.reduce((sum, counts) => sum + counts.matches / counts[side], 0) / effective.length;
  const [precision, recall] = effective.length === 0 ? [0, 0] : [mean('hypothesis'), mean('reference')];
  const score =
    precision + recall === 0 ? 0 : ((1 + beta ** 2) * precision * recall) / (beta ** 2 * precision + recall);
  return { score: 100 * score, signature };
}

/** Code points. */
function characters(text: string): string[] {
  return Array.from(pythonTokens(pythonLowercase(text)).join(''));
}

function ngrams(characters: readonly string[], n: number): Map<string, number> {
  const counts = new Map<string, number>();
  for (let i = 0; i + n <= characters.length; i++) {
    const ngram = characters.slice(i, i + n).join('');
    counts.set(ngram, (counts.get(ngram) ?? 0) + 1);
  }
  return counts;
}
