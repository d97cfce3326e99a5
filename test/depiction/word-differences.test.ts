import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { stretchesBeside } from '../../src/depiction/word-differences.ts';

test('words that the other text lacks are marked, case set aside', () => {
  expect(stretchesBeside('The cat sat there', 'the cat was there')).toEqual(['The cat ', 'sat ', 'there']);
  expect(stretchesBeside('a b', 'c')).toEqual(['', 'a b']);
  expect(stretchesBeside('same', 'same')).toEqual(['same']);
  expect(stretchesBeside('', 'word')).toEqual(['']);
});

const words = fc.array(fc.constantFrom('a', 'b', 'c', 'D'), { maxLength: 8 }).map((list) => list.join(' '));

test('stretches are the text, and what is not marked is a longest subsequence of the other', () => {
  fc.assert(
    fc.property(words, words, (text, other) => {
      const stretches = stretchesBeside(text, other);
      expect(stretches.join('')).toBe(text);
      const plain = wordsOf(stretches.filter((_, i) => i % 2 === 0).join(' '));
      expect(isSubsequence(plain, wordsOf(other))).toBe(true);
      expect(plain.length).toBe(longestByBruteForce(wordsOf(text), wordsOf(other)));
    }),
  );
});

function wordsOf(text: string): string[] {
  return text
    .toLowerCase()
    .split(' ')
    .filter((word) => word !== '');
}

function isSubsequence(part: readonly string[], whole: readonly string[]): boolean {
  let found = 0;
  for (const word of whole) if (word === part[found]) found++;
  return found === part.length;
}

/** Over all subsequences of the first text. */
function longestByBruteForce(first: readonly string[], second: readonly string[]): number {
  let most = 0;
  for (let chosen = 0; chosen < 2 ** first.length; chosen++) {
    const part = first.filter((_, i) => (chosen >> i) & 1);
    if (part.length > most && isSubsequence(part, second)) most = part.length;
  }
  return most;
}
