import { describe, expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { BpeEncoder } from '../../src/text/bpe/apply.ts';
import { formatCodes, parseCodes } from '../../src/text/bpe/codes.ts';
import { learnBpe } from '../../src/text/bpe/learn.ts';
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

interface MessagesCase {
  locale: string;
  lines: number;
  /** SHA-256 of the tokenised lines. */
  tokens: string;
}

test.each(read('messages.json') as MessagesCase[])(
  'the $lines messages of TypeScript in $locale are tokenised as by Moses',
  ({ locale, lines, tokens }) => {
    const file = createRequire(import.meta.url).resolve(`typescript/lib/${locale}/diagnosticMessages.generated.json`);
    const messages = Object.values(
      JSON.parse(readFileSync(file, 'utf8').replace(/^\ufeff/, '')) as Record<string, string>,
    ).map((message) => message.replaceAll('\n', ' '));
    const memo = new MemoTokenizer(locale.slice(0, 2), String);
    const hash = createHash('sha256');
    for (const message of messages) hash.update(`${memo.tokenize(message).join(' ')}\n`);
    expect({ lines: messages.length, tokens: hash.digest('hex') }).toEqual({ lines, tokens });
  },
);

test.each((read('bpe.json') as BpeCase[]).map((answer, i) => [i + 1, answer] as const))(
  'BPE case %i: codes and pieces are those of subword-nmt',
  (_, answer) => {
    expect(formatCodes(learnBpe([answer.texts], answer.merges))).toBe(answer.codes);
    const encoder = new BpeEncoder(parseCodes(answer.codes));
    expect(answer.lines.map((line) => encoder.encodeLine(line))).toEqual(answer.pieces);
  },
);
