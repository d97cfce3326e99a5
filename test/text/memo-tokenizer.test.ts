import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { MemoTokenizer } from '../../src/text/memo-tokenizer.ts';
import { tokenize } from '../../src/text/tokenizer.ts';

const pieces = [
  "'",
  ',',
  '.',
  '..',
  '...',
  '-',
  ' ',
  ' ',
  ' ',
  '  ',
  'Dr',
  'No',
  'z.B',
  'e.g',
  'ab',
  ':',
  ':s',
  '·',
  'Â·',
  'DOTMULTI',
  'DOTDOTMULTI.',
  'Ab',
  'é',
  'ß',
  's',
  '1',
  '23',
  '3.',
  '½',
  '²',
  '&',
  '<',
  '|',
  '[',
  '”',
  '?',
  '!',
  '%',
  '`',
  '/',
  '😀',
  'e\u0301',
  '\u00a0',
  '\x01',
  '\t',
  '\u200b',
  '\ufeff',
  'ⓐ',
  '\u{1d41a}',
  '٣',
];

test('remembered chunks give what the whole line gives, in every order of lines', () => {
  const line = fc.array(fc.constantFrom(...pieces), { maxLength: 16 }).map((parts) => parts.join(''));
  for (const language of ['de', 'en', 'fr', 'fi', 'ca', 'tdt', 'so', 'tr']) {
    // One tokeniser for all lines: what it remembers from one context must not be wrong in another.
    const memo = new MemoTokenizer(language, (tokens) => tokens);
    fc.assert(
      fc.property(line, (text) => {
        expect(memo.tokenize(text).join(' ')).toBe(tokenize(text, language));
      }),
      { numRuns: 1_000 },
    );
  }
});

test('a chunk is converted once however often it comes, but for a final period once for each context', () => {
  const converted: string[] = [];
  const memo = new MemoTokenizer('en', (tokens) => converted.push(tokens));
  for (let i = 0; i < 3; i++)
    for (const line of ['the end.', 'the end. The end.', 'the end. so', 'the end. 5']) memo.tokenize(line);
  expect(converted).toEqual(['the', 'end .', 'end .', 'The', 'end.', 'so', 'end .', '5']);
});

test('chunks of any length and number are right, remembered or not', () => {
  const memo = new MemoTokenizer('de', (tokens) => tokens);
  for (const line of ['x,'.repeat(500), `${'wort '.repeat(2000)}.`, '&'.repeat(151)])
    expect(memo.tokenize(line).join(' ')).toBe(tokenize(line, 'de'));
});
