import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { tokenize13a } from '../../../src/text/bleu/tokenizer-13a.ts';

/** What Python's `str.isspace` accepts. */
const spaces = [
  9, 10, 11, 12, 13, 28, 29, 30, 31, 32, 0x85, 0xa0, 0x1680, 0x2000, 0x2005, 0x200a, 0x2028, 0x2029, 0x202f, 0x205f,
  0x3000,
].map((code) => String.fromCharCode(code));

test('white space at the end goes before line ends are looked at: a hyphen there joins nothing', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...spaces), { maxLength: 8 }), (end) => {
      expect(tokenize13a(`well-${end.join('')}`)).toBe('well-');
      expect(tokenize13a(`well-\nknown${end.join('')}`)).toBe('wellknown');
    }),
  );
  expect(tokenize13a(spaces.join(''))).toBe('');
  expect(tokenize13a('x\ufeff \u200b')).toBe('x\ufeff \u200b');
});

test('a long run of white space within a line is passed over once', () => {
  // Tried anew at each of its characters, it would take hours.
  expect(tokenize13a(`a${' '.repeat(1 << 22)}b`)).toBe('a b');
});
