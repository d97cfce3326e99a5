import type { BleuDocument } from '../../schemas/types.ts';
import type { Sentence } from '../model/batch.ts';
import type { Network } from '../model/network.ts';
import type { BleuReport } from '../text/bleu/report.ts';
import { corpusBleu } from '../text/bleu/score.ts';
import { removeBpe } from '../text/bpe/apply.ts';
import { readDictionary, readSentences } from '../text/dataset.ts';
import { decode, type DecodingOptions, rounded } from './decoding.ts';
import { type References, score, summarise } from './scoring.ts';

/** Sentences of a test set, and what their translations are compared with. */
export interface TestSet {
  split: string;
  sentences: readonly Sentence[];
  references: References;
}

/** What came of one. */
export interface ScoredSet {
  split: string;
  summary: string;
  figures: NonNullable<BleuDocument['others']>[string];
  report: BleuReport;
  /** Of each sentence the best hypotheses, best first. */
  ranked: { score: number; tokens: string }[][];
  /** Mean of log p / length^α of the best. */
  meanScore: number;
}

/** Translates a test set of a corpus, and scores it. */
export function translateSet(
  net: Network,
  { split, sentences, references }: TestSet,
  corpus: string,
  options: DecodingOptions,
  onProgress: (done: number) => void,
): ScoredSet {
  const decoded = decode(net, sentences, options, onProgress);
  const dictionary = readDictionary(corpus, 'target');
  const ranked = decoded.map((best) =>
    best.map((hypothesis) => ({
      score: rounded(hypothesis.score),
      tokens: removeBpe(dictionary.decode(hypothesis.ids)),
    })),
  );
  const report = score(
    ranked.map(([{ tokens }]) => tokens),
    references,
    corpus,
  );
  const copied = corpusBleu(readSentences(corpus, `${split}.source.txt`), references.tokens).score;
  return {
    split,
    summary: `${summarise(report, split)}; copying the source scores ${copied.toFixed(2)}`,
    figures: {
      sentences: sentences.length,
      ...report.headline,
      copyingTheSource: copied,
      sacrebleu: report.sacrebleu,
      chrf: report.chrf,
      ter: report.ter,
      hyphensSplit: report.hyphensSplit,
    },
    report,
    ranked,
    meanScore: decoded.reduce((sum, [best]) => sum + best.score, 0) / decoded.length,
  };
}
