import { readFileSync, writeFileSync } from 'node:fs';
import { sacrebleuCounts, sacrebleuSmoothing } from '../../src/text/bleu/sacrebleu.ts';
import { bleuOf, fixed } from '../../src/text/bleu/score.ts';
import { BpeEncoder } from '../../src/text/bpe/apply.ts';
import { formatCodes, parseCodes } from '../../src/text/bpe/codes.ts';
import { learnBpe } from '../../src/text/bpe/learn.ts';
import { cleanCorpus } from '../../src/text/cleaning.ts';
import { fileAt, readLines } from '../../src/text/corpora/files.ts';
import { asLanguage } from '../../src/text/language.ts';
import { lowercase } from '../../src/text/lowercase.ts';
import { MemoTokenizer } from '../../src/text/memo-tokenizer.ts';
import { recipeOptions } from './raw-corpus.ts';

/** Our steps on one thread, each from files to a file, which is the last argument. */
export const steps: Record<string, (...files: string[]) => void> = {
  tokenise(language, input, output) {
    const tokenizer = new MemoTokenizer(asLanguage(language), (text) => text);
    writeLines(
      output,
      readLines(fileAt(input)).map((line) => tokenizer.tokenize(line).join(' ')),
    );
  },

  /** Cleans and lowercases; the target side follows the source side. */
  clean(sourceFile, targetFile, output) {
    const { source, target } = cleanCorpus(
      { source: readLines(fileAt(sourceFile)), target: readLines(fileAt(targetFile)) },
      recipeOptions,
    );
    writeLines(output, [...source, ...target].map(lowercase));
  },

  learn(input, output) {
    writeFileSync(output, formatCodes(learnBpe([readLines(fileAt(input))], recipeOptions.merges)));
  },

  apply(codes, input, output) {
    const encoder = new BpeEncoder(parseCodes(readFileSync(codes, 'utf8'), codes));
    writeLines(
      output,
      readLines(fileAt(input)).map((line) => encoder.encodeLine(line)),
    );
  },

  bleu(references, hypotheses, output) {
    const { score } = bleuOf(
      sacrebleuCounts(readLines(fileAt(hypotheses)), readLines(fileAt(references)), 'en'),
      sacrebleuSmoothing,
    );
    writeLines(output, [fixed(score, 2)]);
  },
};

export function writeLines(file: string, lines: readonly string[]): void {
  writeFileSync(file, lines.map((line) => `${line}\n`).join(''));
}
