import { expect, test } from '@jest/globals';
import { lowercase } from '../../src/text/lowercase.ts';

test('lowercases letters beyond ASCII, and leaves what has no lower case', () => {
  expect(lowercase('ÄÖÜ ẞ Straße É 😀 42')).toBe('äöü ß straße é 😀 42');
});

test('a capital sigma at the end of a word becomes a plain sigma, as in Perl', () => {
  expect(lowercase('ΟΔΟΣ')).toBe('οδοσ');
});

test('a capital I with a dot keeps its dot as a combining character, as in Perl', () => {
  expect(lowercase('İ')).toBe('i\u0307');
});
