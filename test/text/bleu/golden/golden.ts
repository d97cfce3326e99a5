import { readFileSync } from 'node:fs';

/** What sacreBLEU found for a corpus. */
export interface GoldenScore {
  hypotheses: string[];
  references: string[];
  score: number;
  /** As it prints it, with its signature left out. */
  line: string;
  precisions: number[];
  brevityPenalty: number;
  hypothesisLength: number;
  referenceLength: number;
  signature: string;
}

interface GoldenInterval {
  score: number;
  mean: number;
  halfWidth: number;
}

/** By the name of the system that `first` was tested against. */
export type GoldenTests = Record<
  'second' | 'third',
  { first: GoldenInterval; second: GoldenInterval & { pValue: number } }
>;

interface Golden {
  version: string;
  tokenized: { text: string; tokens: string }[];
  /** `plain` is without tokenisation and smoothing: the figure of multi-bleu.perl. */
  corpora: { sacrebleu: GoldenScore; plain: GoldenScore }[];
  /** `str.lower` of Python 3.11. */
  lowercased: { text: string; lower: string }[];
  otherTokenizers: { tokenizer: 'char' | 'zh'; text: string; tokens: string[] }[];
  /** BLEU under each tokenizer, chrF2 and TER, all lowercased. */
  metrics: ({ tokenizer: '13a' | 'char' | 'zh'; hypotheses: string[]; references: string[] } & Record<
    'bleu' | 'chrf' | 'ter',
    { score: number; signature: string }
  >)[];
  hyphens: { line: string; split: string }[];
  bootstrap: Record<'references' | 'first' | 'second' | 'third', string[]> & {
    /** The sentences of all resamples in turn, a digit of base 36 each. */
    drawn: string;
    sacrebleu: GoldenTests;
    plain: GoldenTests;
  };
}

/** What make-sacrebleu.py wrote. */
export const golden = JSON.parse(readFileSync(new URL('sacrebleu.json', import.meta.url), 'utf8')) as Golden;
