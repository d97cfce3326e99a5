import type { BleuDocument } from '../../schemas/types.ts';
import type { Sentence } from '../model/batch.ts';
import type { Hypothesis } from '../model/hypotheses.ts';
import type { BleuReport } from '../text/bleu/report.ts';
import { corpusBleu } from '../text/bleu/score.ts';
import { removeBpe } from '../text/bpe/apply.ts';
import { readDictionary, readSentences } from '../text/dataset.ts';
import { type DecodingOptions, rounded } from './decoding.ts';
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

/** `decode` with a network, of whatever runtime. */
export type Decode = (
  sentences: readonly Sentence[],
  options: DecodingOptions,
  onProgress: (done: number) => void,
) => Hypothesis[][] | Promise<Hypothesis[][]>;

/** Translates a test set of a corpus, and scores it. */
export async function translateSet(
  decode: Decode,
  { split, sentences, references }: TestSet,
  corpus: string,
  options: DecodingOptions,
  onProgress: (done: number) => void,
): Promise<ScoredSet> {
  const decoded = await decode(sentences, options, onProgress);
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
