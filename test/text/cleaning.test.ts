import { expect, test } from '@jest/globals';
import { cleanCorpus } from '../../src/text/cleaning.ts';

const limits = { minLength: 1, maxLength: 175, ratio: 1.5 };
const words = (n: number): string => Array.from({ length: n }, (_, i) => `w${i}`).join(' ');
const keeps = (source: string, target: string, changed = {}): boolean =>
  cleanCorpus({ source: [source], target: [target] }, { ...limits, ...changed }).source.length === 1;

test('a pair goes only when the ratio of lengths is exceeded, in either direction', () => {
  expect(keeps(words(3), words(2))).toBe(true);
  expect(keeps(words(2), words(3))).toBe(true);
  expect(keeps(words(31), words(20))).toBe(false);
  expect(keeps(words(20), words(31))).toBe(false);
});

test('the limits of length belong to what is kept', () => {
  expect(keeps(words(175), words(175))).toBe(true);
  expect(keeps(words(176), words(175))).toBe(false);
  expect(keeps(words(4), words(3), { minLength: 4 })).toBe(false);
  expect(keeps(words(4), words(4), { minLength: 4 })).toBe(true);
});

test('a pair with an empty side goes', () => {
  expect(keeps('', 'a')).toBe(false);
  expect(keeps('a', ' \t ')).toBe(false);
});

test('a token of more than 1,000 characters takes its pair along, and surrogate pairs are one character', () => {
  expect(keeps('x'.repeat(1000), 'a')).toBe(true);
  expect(keeps('x'.repeat(1001), 'a')).toBe(false);
  expect(keeps('😀'.repeat(1000), 'a')).toBe(true);
  expect(keeps('a', '😀'.repeat(1001))).toBe(false);
});

test('white space is squeezed, and the pairs stay together', () => {
  expect(cleanCorpus({ source: [' a  b ', '', 'c'], target: ['1 2', '3', '4 '] }, limits)).toEqual({
    source: ['a b', 'c'],
    target: ['1 2', '4'],
  });
});
