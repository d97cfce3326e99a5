import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
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

  test('are tokenised as Moses and sacremoses do', () => {
    expect(cases.length).toBeGreaterThan(700);
    expect(cases.map(({ language, line }) => ({ language, line, tokens: tokenize(line, language) }))).toEqual(cases);
  });

  test('are tokenised the same by remembered chunks', () => {
    const memo = { de: new MemoTokenizer('de', String), en: new MemoTokenizer('en', String) };
    expect(
      cases.map(({ language, line }) => ({ language, line, tokens: memo[language].tokenize(line).join(' ') })),
    ).toEqual(cases);
  });
});

test.each((read('bpe.json') as BpeCase[]).map((answer, i) => [i + 1, answer] as const))(
  'BPE case %i: codes and pieces are those of subword-nmt',
  (_, answer) => {
    expect(formatCodes(learnBpe([answer.texts], answer.merges))).toBe(answer.codes);
    const encoder = new BpeEncoder(parseCodes(answer.codes));
    expect(answer.lines.map((line) => encoder.encodeLine(line))).toEqual(answer.pieces);
  },
);
