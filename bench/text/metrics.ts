import { readFileSync } from 'node:fs';
import path from 'node:path';
import { RandomStream } from '../../src/tensor/random.ts';
import { corpusChrf } from '../../src/text/bleu/chrf.ts';
import { sacrebleuCounts, sacrebleuSignature, sacrebleuSmoothing } from '../../src/text/bleu/sacrebleu.ts';
import { bleuOf } from '../../src/text/bleu/score.ts';
import { corpusTer } from '../../src/text/bleu/ter.ts';
import { tokenizerFor } from '../../src/text/bleu/tokenizer.ts';
import { fileAt, readLines } from '../../src/text/corpora/files.ts';
import type { Report } from './languages.ts';
import { englishMessages, randomLine, translatedMessages } from './lines.ts';
import { nastyWords } from './nasty-words.ts';
import { peerPrograms, timeProgram, withFolder } from './processes.ts';
import { writeLines } from './steps.ts';

/** Digits behind the point that are compared. */
const digits = 6;
const randomLines = 300;

/**
 * BLEU, chrF and TER beside sacreBLEU: of the compiler's messages in each of its languages against the same with words
 * moved and left out, of random lines, and of translations.
 *
 * @param translations a folder of a `translations` artifact in English, or none
 */
export function compareMetrics(translations: string | undefined, report: Report): void {
  const random = new RandomStream(1, 'reference-text', 'metrics');
  for (const [locale, messages] of [['en', englishMessages()] as const, ...translatedMessages()]) {
    const references = [...messages.values()];
    compare(locale, locale.slice(0, 2), [references.map((line) => disturbed(line, random)), references], report);
  }
  for (const language of ['en', 'ja', 'zh']) {
    const references = Array.from({ length: randomLines }, () => randomLine(nastyWords, random));
    const sides: Sides = [references.map((line) => disturbed(line, random)), references];
    compare(`${randomLines} random lines`, language, sides, report);
  }
  if (translations === undefined) return;
  const [hypotheses, references] = ['detokenized.txt', 'references.txt'].map((file) =>
    readLines(fileAt(path.join(translations, file))),
  );
  compare(translations, 'en', [hypotheses, references], report);
}

type Sides = [hypotheses: string[], references: string[]];

interface Metric {
  score: number;
  signature: string;
}

function compare(name: string, language: string, sides: Sides, report: Report): void {
  const ours: Metric[] = [
    {
      score: bleuOf(sacrebleuCounts(...sides, language), sacrebleuSmoothing).score,
      signature: sacrebleuSignature(language),
    },
    corpusChrf(...sides),
    corpusTer(...sides),
  ];
  const theirs = sacrebleu(sides, tokenizerFor(language));
  ['BLEU', 'chrF2', 'TER'].forEach((metric, i) => {
    const [a, b] = [ours[i], theirs[i]].map(({ score, signature }) => `${score.toFixed(digits)} ${signature}`);
    report(`${name}: ${metric}`, a === b, a === b ? a : `${a}, sacreBLEU ${b}`);
  });
}

function sacrebleu([hypotheses, references]: Sides, tokenizer: string): Metric[] {
  return withFolder((folder) => {
    const file = (name: string): string => path.join(folder, name);
    writeLines(file('hypotheses'), hypotheses);
    writeLines(file('references'), references);
    const options = [
      '-lc',
      '--chrf-lowercase',
      '-m',
      'bleu',
      'chrf',
      'ter',
      '-tok',
      tokenizer,
      '-w',
      String(digits),
      '-f',
      'json',
    ];
    timeProgram(path.join(peerPrograms(), 'sacrebleu'), [file('references'), '-i', file('hypotheses'), ...options], {
      output: file('scores'),
    });
    return JSON.parse(readFileSync(file('scores'), 'utf8')) as Metric[];
  });
}

/** A line with a word in seven left out, and sometimes a run of words moved to its start. */
function disturbed(line: string, random: RandomStream): string {
  const words = line.split(' ').filter(() => random.integer(7) > 0);
  if (random.integer(2) === 0) return words.join(' ');
  const start = random.integer(words.length + 1);
  const moved = words.splice(start, 1 + random.integer(4));
  return [...moved, ...words].join(' ');
}
