import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { BpeEncoder, removeBpe } from '../../../src/text/bpe/apply.ts';
import { learnBpe } from '../../../src/text/bpe/learn.ts';
import type { Merge } from '../../../src/text/bpe/merge.ts';

describe('BpeEncoder', () => {
  test('merges by rank, not by place: the pair learned first is joined first', () => {
    expect(
      new BpeEncoder([
        ['b', 'c'],
        ['a', 'b'],
      ]).encodeLine('abcx'),
    ).toBe('a@@ bc@@ x');
    expect(
      new BpeEncoder([
        ['a', 'b'],
        ['b', 'c'],
      ]).encodeLine('abcx'),
    ).toBe('ab@@ c@@ x');
  });

  test('overlapping pairs merge from the left', () => {
    expect(new BpeEncoder([['x', 'x']]).encodeLine('xxxy')).toBe('xx@@ x@@ y');
  });

  test('the end of a word is another symbol than the same letter within it', () => {
    const encoder = new BpeEncoder([['a', 'b</w>']]);
    expect(encoder.encodeLine('ab abc')).toBe('ab a@@ b@@ c');
  });

  test('a pair that the codes hold twice has the rank of the first', () => {
    expect(
      new BpeEncoder([
        ['a', 'b'],
        ['b', 'c'],
        ['a', 'b'],
      ]).encodeLine('abcd'),
    ).toBe('ab@@ c@@ d');
  });

  test('spaces at the ends of a line stay and runs within become one, as subword-nmt leaves them', () => {
    expect(new BpeEncoder([]).encodeLine(' a  b ')).toBe(' a b ');
    expect(new BpeEncoder([]).encodeLine('')).toBe('');
  });

  test('characters beyond the basic plane are not cut', () => {
    expect(new BpeEncoder([]).encodeLine('a😀b')).toBe('a@@ 😀@@ b');
  });

  test('the words that the codes were learned from become one piece when there are merges enough', () => {
    const line = 'hinter dem haus hinter dem hof dem haus dem hof';
    expect(new BpeEncoder(learnBpe([[line]], 1000)).encodeLine(line)).toBe(line);
  });
});

test('removing BPE gives the line back, whatever the codes', () => {
  const word = fc
    .array(fc.constantFrom('a', 'b', 'ß', '😀'), { minLength: 1, maxLength: 8 })
    .map((letters) => letters.join(''));
  const symbol = fc.constantFrom('a', 'b', 'ab', 'b</w>', 'ab</w>', 'ß');
  fc.assert(
    fc.property(fc.array(word, { minLength: 1 }), fc.array(fc.tuple(symbol, symbol)), (words, merges) => {
      const line = words.join(' ');
      expect(removeBpe(new BpeEncoder(merges as Merge[]).encodeLine(line))).toBe(line);
    }),
  );
});

test('a translation that was cut within a word loses the separator', () => {
  expect(removeBpe('ein an@@ trie@@')).toBe('ein antrie');
});
