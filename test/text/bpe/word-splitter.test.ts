import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { learnBpe } from '../../../src/text/bpe/learn.ts';
import type { Merge } from '../../../src/text/bpe/merge.ts';
import { WordSplitter } from '../../../src/text/bpe/word-splitter.ts';

/** The definition: look at all pairs, merge the earliest learned one wherever it stands, and again. */
function byDefinition(word: string, merges: readonly Merge[]): string[] {
  let symbols = [...word];
  if (symbols.length === 1) return symbols;
  symbols[symbols.length - 1] += '</w>';
  for (;;) {
    const ranks = symbols
      .slice(1)
      .map((second, i) => merges.findIndex((merge) => merge[0] === symbols[i] && merge[1] === second))
      .filter((rank) => rank >= 0);
    if (ranks.length === 0) break;
    const [first, second] = merges[Math.min(...ranks)];
    const merged: string[] = [];
    for (let i = 0; i < symbols.length; i++) {
      if (symbols[i] === first && symbols[i + 1] === second) merged.push(first + symbols[++i]);
      else merged.push(symbols[i]);
    }
    symbols = merged;
  }
  return symbols.map((symbol) => symbol.replace('</w>', ''));
}

test('splits as the definition says, whatever the merges: of any order, overlapping, doubled, of symbols that nothing makes', () => {
  const word = fc
    .array(fc.constantFrom('a', 'a', 'b', 'c', '😀'), { minLength: 1, maxLength: 12 })
    .map((letters) => letters.join(''));
  const symbol = fc.constantFrom(
    'a',
    'b',
    'c',
    'aa',
    'ab',
    'ba',
    'bc',
    'abc',
    'aaa',
    'aab',
    'a</w>',
    'b</w>',
    'c</w>',
    'ab</w>',
    'bc</w>',
    '😀',
  );
  fc.assert(
    fc.property(word, fc.array(fc.tuple(symbol, symbol), { maxLength: 25 }), (text, merges) => {
      expect(new WordSplitter(merges).split(text)).toEqual(byDefinition(text, merges));
    }),
    { numRuns: 2000 },
  );
});

test('a pair that a merge makes waits for the end of that merge, although it was learned before', () => {
  // After `a b` in the first place, `ab a` is there and ranks first; subword-nmt still merges the second `a b` before.
  const merges: Merge[] = [
    ['ab', 'a'],
    ['a', 'b'],
    ['ab', 'ab'],
  ];
  expect(new WordSplitter(merges).split('ababc')).toEqual(byDefinition('ababc', merges));
  expect(new WordSplitter(merges).split('ababc')).toEqual(['abab', 'c']);
});

test('a word of half a megabyte is split, and its pieces are the word', () => {
  const letters = 'enisratdhulcg';
  let state = 1;
  const word = Array.from(
    { length: 1 << 19 },
    () => letters[(state = (state * 48271) % 0x7fffffff) % letters.length],
  ).join('');
  const merges = learnBpe([[word.slice(0, 20_000).replace(/.{9}/g, '$& ')]], 1000);
  const pieces = new WordSplitter(merges).split(word);
  expect(pieces.join('') === word).toBe(true);
  expect(pieces.length).toBeLessThan(0.6 * word.length);
});

test('an empty word has no pieces', () => {
  expect(new WordSplitter([]).split('')).toEqual([]);
});
