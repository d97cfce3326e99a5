import { createHash } from 'node:crypto';
import { detokenize } from '../detokenizer.ts';
import type { Language } from '../language.ts';
import { type Chrf, corpusChrf } from './chrf.ts';
import { confidenceOf, resampledScores } from './bootstrap.ts';
import type { Confidence, Resampling, ScoredSentences } from './bootstrap.ts';
import { splitHyphens } from './hyphens.ts';
import { sacrebleuCounts, sacrebleuSignature, sacrebleuSmoothing } from './sacrebleu.ts';
import { bleuOf, corpusBleu, corpusCounts } from './score.ts';
import type { Bleu } from './score.ts';
import type { SentenceCounts } from './sentences.ts';
import { corpusTer, type Ter } from './ter.ts';

/** What is scored, one sentence an entry. */
export interface Translated {
  /** Tokens, BPE removed. */
  hypotheses: readonly string[];
  /** Tokens. */
  references: readonly string[];
  /** The references as they were before tokenisation, if that text is at hand. */
  rawReferences?: readonly string[];
  /** Of both. */
  language: Language;
}

/** BLEU of one set of translations in the three ways that the field reports it, and what is reported beside it. */
export interface BleuReport {
  /** As multi-bleu.perl, on tokens. */
  headline: Bleu & { confidence: Confidence };
  sacrebleu: Bleu & { signature: string; references: 'raw' | 'detokenized'; confidence: Confidence };
  /** On the text that sacreBLEU sees. */
  chrf: Chrf;
  ter: Ter;
  /** As HAT's test script: the headline with hyphens split. */
  hyphensSplit: Bleu;
  sentences: SentenceCounts;
  /** What sacreBLEU was computed on. */
  text: { hypotheses: readonly string[]; references: readonly string[] };
}

/** Scores translations; both confidence intervals are over the same resamples. */
export function reportBleu(
  { hypotheses, references, rawReferences, language }: Translated,
  resampling: Resampling,
): BleuReport {
  const readable = (lines: readonly string[]): string[] => lines.map((line) => detokenize(line, language));
  const text = { hypotheses: readable(hypotheses), references: rawReferences ?? readable(references) };
  const tokenized: ScoredSentences = { counts: corpusCounts(hypotheses, references), smoothing: 'none' };
  const sacrebleu: ScoredSentences = {
    counts: sacrebleuCounts(text.hypotheses, text.references, language),
    smoothing: sacrebleuSmoothing,
  };
  const [confidence, sacrebleuConfidence] = resampledScores([tokenized, sacrebleu], resampling).map(confidenceOf);
  return {
    headline: { ...bleuOf(tokenized.counts), confidence },
    sacrebleu: {
      ...bleuOf(sacrebleu.counts, sacrebleu.smoothing),
      signature: sacrebleuSignature(language),
      references: rawReferences === undefined ? 'detokenized' : 'raw',
      confidence: sacrebleuConfidence,
    },
    chrf: corpusChrf(text.hypotheses, text.references),
    ter: corpusTer(text.hypotheses, text.references),
    hyphensSplit: corpusBleu(hypotheses.map(splitHyphens), references.map(splitHyphens)),
    sentences: {
      tokenized: { references: digest(references), counts: tokenized.counts },
      sacrebleu: { references: digest(text.references), counts: sacrebleu.counts },
    },
    text,
  };
}

/** As `sha256sum` of a file with these lines. */
function digest(lines: readonly string[]): string {
  return createHash('sha256')
    .update(lines.map((line) => `${line}\n`).join(''))
    .digest('hex');
}
