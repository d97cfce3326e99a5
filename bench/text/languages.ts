import { readFileSync } from 'node:fs';
import path from 'node:path';
import { RandomStream } from '../../src/tensor/random.ts';
import { BpeEncoder } from '../../src/text/bpe/apply.ts';
import { formatCodes } from '../../src/text/bpe/codes.ts';
import { learnBpe } from '../../src/text/bpe/learn.ts';
import { cleanCorpus } from '../../src/text/cleaning.ts';
import { detokenize } from '../../src/text/detokenizer.ts';
import { habits } from '../../src/text/detokenizing/habits.ts';
import { lowercase } from '../../src/text/lowercase.ts';
import { MemoTokenizer } from '../../src/text/memo-tokenizer.ts';
import { englishMessages, randomLine, translatedMessages } from './lines.ts';
import { asFile } from './moses.ts';
import type { Moses } from './moses.ts';
import { nastyWords } from './nasty-words.ts';
import { peerPrograms, timeProgram, withFolder } from './processes.ts';
import { recipeOptions } from './raw-corpus.ts';
import { writeLines } from './steps.ts';

/** What tells that a result is the same as a tool's, or not. */
export type Report = (what: string, same: boolean, note?: string) => void;

/** Merge operations for some 2,000 messages of each language. */
const merges = 1000;
/** Random lines of each language. */
const randomLines = 300;

/**
 * The whole recipe on the messages of the TypeScript compiler, from each language that it speaks into English, beside
 * Moses and subword-nmt; then the tokeniser and the detokeniser on all prefixes, and on random lines, of every language
 * that Moses knows.
 */
export function compareLanguages(moses: Moses, report: Report): void {
  const english = englishMessages();
  const englishLines = [...english.values()];
  const englishTokens = compareTokens('en: tokens', englishLines, 'en', moses, report);
  compareText('en: text', englishLines, englishTokens, 'en', moses, report);
  for (const [locale, messages] of translatedMessages()) {
    const keys = [...messages.keys()].filter((key) => english.has(key));
    const side = (of: ReadonlyMap<string, string>): string[] => keys.map((key) => of.get(key)!);
    comparePair({ locale, source: side(messages), target: side(english) }, moses, report);
  }
  const prefixes = moses.prefixes();
  for (const [language, entries] of prefixes) {
    const lines = entries.flatMap((entry) => [`a ${entry}. A`, `a ${entry}. a`, `a ${entry}. 5`, `a ${entry}.`]);
    compareTokens(`${language}, ${entries.length} abbreviations`, lines, language, moses, report);
  }
  for (const language of [...prefixes.keys(), 'so', 'ja', 'ko', 'th', 'tr']) {
    const words = [
      ...(prefixes.get(language) ?? prefixes.get('en')!).map((entry) => `${entry}.`),
      ...nastyWords,
      ...nastyWords,
    ];
    const random = new RandomStream(1, 'reference-text', language);
    const lines = Array.from({ length: randomLines }, () => randomLine(words, random));
    const what = `${language}, ${randomLines} random lines`;
    const tokens = compareTokens(what, lines, language, moses, report);
    if (!habits.has(language)) compareText(what, lines, tokens, language, moses, report);
  }
}

interface Pair {
  locale: string;
  source: string[];
  target: string[];
}

function comparePair({ locale, source, target }: Pair, moses: Moses, report: Report): void {
  const language = locale.slice(0, 2);
  const name = (step: string): string => `${locale}–en: ${step}`;
  const tokens = {
    source: compareTokens(name(`tokens of ${locale}`), source, language, moses, report),
    target: compareTokens(name('tokens of en'), target, 'en', moses, report),
  };
  compareText(name(`text of ${locale}`), source, tokens.source, language, moses, report);
  withFolder((folder) => {
    const file = (of: string): string => path.join(folder, of);
    const clean = cleanCorpus(tokens, recipeOptions);
    report(
      name('clean pairs'),
      equal(clean, moses.clean(tokens.source, tokens.target, folder)),
      `${clean.source.length} of ${source.length}`,
    );
    const both = [...clean.source, ...clean.target];
    const lower = both.map(lowercase);
    report(name('lowercase'), equal(lower, moses.lowercase(both)));
    writeLines(file('both'), lower);
    const program = path.join(peerPrograms(), 'subword-nmt');
    timeProgram(program, ['learn-bpe', '-s', String(merges), '-i', file('both'), '-o', file('codes')]);
    const learned = learnBpe([lower], merges);
    report(name('codes'), formatCodes(learned) === readFileSync(file('codes'), 'utf8'));
    timeProgram(program, ['apply-bpe', '-c', file('codes'), '-i', file('both'), '-o', file('pieces')]);
    const encoder = new BpeEncoder(learned);
    report(
      name('pieces'),
      asFile(lower.map((line) => encoder.encodeLine(line))) === readFileSync(file('pieces'), 'utf8'),
    );
  });
}

/** Our tokens. */
function compareTokens(
  what: string,
  lines: readonly string[],
  language: string,
  moses: Moses,
  report: Report,
): string[] {
  const memo = new MemoTokenizer(language, (tokens) => tokens);
  const tokens = lines.map((line) => memo.tokenize(line).join(' '));
  report(what, equal(tokens, moses.tokenize(lines, language)));
  return tokens;
}

/** Text of tokens: the same as Moses', or, by rules of our own, as many lines as they were before tokenising, or more. */
function compareText(
  what: string,
  lines: readonly string[],
  tokens: readonly string[],
  language: string,
  moses: Moses,
  report: Report,
): void {
  const ours = tokens.map((line) => detokenize(line, language));
  const theirs = moses.detokenize(tokens, language);
  if (!habits.has(language)) {
    report(`${what}, put together`, equal(ours, theirs));
    return;
  }
  const restored = (text: readonly string[]): number => text.filter((line, i) => line === lines[i]).length;
  const counts = { ours: restored(ours), theirs: restored(theirs) };
  report(
    `${what}, put together as they were`,
    counts.ours >= counts.theirs,
    `${counts.ours} of ${lines.length} (Moses ${counts.theirs})`,
  );
}

function equal(ours: unknown, theirs: unknown): boolean {
  return JSON.stringify(ours) === JSON.stringify(theirs);
}
