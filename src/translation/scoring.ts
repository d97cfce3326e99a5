import { RandomStream } from '../tensor/random.ts';
import { resamples, resamplingSeed } from '../text/bleu/bootstrap.ts';
import { type BleuReport, reportBleu } from '../text/bleu/report.ts';
import { formatBleu } from '../text/bleu/score.ts';
import { readRawReferences } from '../text/corpora/raw-references.ts';
import { readManifest, readSentences } from '../text/dataset.ts';
import { asLanguage } from '../text/language.ts';

/** What translations of a split are compared with. */
export interface References {
  /** Tokens, BPE removed. */
  tokens: string[];
  /** The text as it was published, where the raw corpus has it. */
  raw?: string[];
}

/**
 * @param corpus folder of the corpus
 * @param raw folder of the raw corpus that it was made from, if that is connected
 * @throws CorpusError for a raw corpus that does not fit
 */
export async function readReferences(corpus: string, raw: string | undefined, split: string): Promise<References> {
  const tokens = readSentences(corpus, `${split}.target.txt`);
  return { tokens, raw: raw === undefined ? undefined : await readRawReferences(raw, corpus, split, tokens) };
}

/** BLEU by all three rules, with intervals that any run repeats. */
export function score(hypotheses: string[], { tokens, raw }: References, corpus: string): BleuReport {
  const language = asLanguage(readManifest(corpus).languages.target);
  const random = new RandomStream(resamplingSeed, 'bleu', 'bootstrap');
  return reportBleu(
    { hypotheses, references: tokens, rawReferences: raw, language },
    {
      resamples,
      draw: (limit) => random.integer(limit),
    },
  );
}

/** The headline as multi-bleu.perl prints it, then the other figures. */
export function summarise({ headline, sacrebleu, chrf, ter, hyphensSplit }: BleuReport, split: string): string {
  const margin = ({ confidence }: BleuReport['headline']): string => `± ${confidence.halfWidth.toFixed(2)}`;
  return (
    `${formatBleu(headline)} on ${split}, ${margin(headline)} at 95 %; sacreBLEU ${sacrebleu.score.toFixed(2)} `
    + `${margin(sacrebleu)}, chrF2 ${chrf.score.toFixed(2)}, TER ${ter.score.toFixed(2)}; `
    + `hyphens split ${hyphensSplit.score.toFixed(2)}`
  );
}
