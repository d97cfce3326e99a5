import { describe, expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { BpeEncoder } from '../../src/text/bpe/apply.ts';
import { formatCodes, parseCodes } from '../../src/text/bpe/codes.ts';
import { learnBpe } from '../../src/text/bpe/learn.ts';
import { detokenize } from '../../src/text/detokenizer.ts';
import type { Language } from '../../src/text/language.ts';
import { MemoTokenizer } from '../../src/text/memo-tokenizer.ts';
import { tokenize } from '../../src/text/tokenizer.ts';

interface TokenCase {
  language: Language;
  line: string;
  tokens: string;
}

interface BpeCase {
  texts: string[];
  merges: number;
  codes: string;
  lines: string[];
  pieces: string[];
}

// golden/make.py says which tools gave the answers.
const read = (name: string): unknown => JSON.parse(readFileSync(new URL(`golden/${name}`, import.meta.url), 'utf8'));

describe('random nasty lines', () => {
  const cases = read('tokens.json') as TokenCase[];

  test('are tokenised as by Moses, in every language that it knows', () => {
    expect(new Set(cases.map(({ language }) => language)).size).toBeGreaterThan(40);
    expect(cases.map(({ language, line }) => ({ language, line, tokens: tokenize(line, language) }))).toEqual(cases);
  });

  test('are tokenised the same by remembered chunks', () => {
    const languages = [...new Set(cases.map(({ language }) => language))];
    const memo = new Map(languages.map((language) => [language, new MemoTokenizer(language, String)]));
    expect(
      cases.map(({ language, line }) => ({ language, line, tokens: memo.get(language)!.tokenize(line).join(' ') })),
    ).toEqual(cases);
  });
});

interface DetokenCase {
  language: Language;
  tokens: string;
  text: string;
}

test('nasty tokens are put together as by Moses, in every language without rules of our own', () => {
  const cases = read('detokens.json') as DetokenCase[];
  expect(new Set(cases.map(({ language }) => language)).size).toBeGreaterThan(38);
  expect(cases.map(({ language, tokens }) => ({ language, tokens, text: detokenize(tokens, language) }))).toEqual(
    cases,
  );
});

interface MessagesCase {
  locale: string;
  lines: number;
  /** SHA-256 of the tokenised lines, and of these put together again. */
  tokens: string;
  text: string;
}

test.each(read('messages.json') as MessagesCase[])(
  'the $lines messages of TypeScript in $locale are tokenised as by Moses, and put together again',
  ({ locale, lines, tokens, text }) => {
    const file = createRequire(import.meta.url).resolve(`typescript/lib/${locale}/diagnosticMessages.generated.json`);
    const messages = Object.values(
      JSON.parse(readFileSync(file, 'utf8').replace(/^\ufeff/, '')) as Record<string, string>,
    ).map((message) => message.replaceAll('\n', ' '));
    const language = locale.slice(0, 2);
    const memo = new MemoTokenizer(language, String);
    const tokenized = messages.map((message) => memo.tokenize(message).join(' '));
    expect({ lines: tokenized.length, tokens: digest(tokenized) }).toEqual({ lines, tokens });
    // German has rules of our own.
    if (language !== 'de') expect(digest(tokenized.map((line) => detokenize(line, language)))).toBe(text);
  },
);

function digest(lines: readonly string[]): string {
  return createHash('sha256')
    .update(lines.map((line) => `${line}\n`).join(''))
    .digest('hex');
}

test.each((read('bpe.json') as BpeCase[]).map((answer, i) => [i + 1, answer] as const))(
  'BPE case %i: codes and pieces are those of subword-nmt',
  (_, answer) => {
    expect(formatCodes(learnBpe([answer.texts], answer.merges))).toBe(answer.codes);
    const encoder = new BpeEncoder(parseCodes(answer.codes));
    expect(answer.lines.map((line) => encoder.encodeLine(line))).toEqual(answer.pieces);
  },
);
