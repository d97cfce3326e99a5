import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { compareCodePoints, splitTokens } from '../../src/text/unicode.ts';

test('strings are ordered by code point, not by UTF-16 unit', () => {
  const utf32 = (text: string): string =>
    [...text].map((c) => c.codePointAt(0)!.toString(16).padStart(6, '0')).join('');
  const text = fc
    .array(fc.constantFrom('a', 'b', 'é', '\uff21', '\ue000', '😀', '𝔘'), { maxLength: 5 })
    .map((parts) => parts.join(''));
  fc.assert(
    fc.property(text, text, (a, b) => {
      const [x, y] = [utf32(a), utf32(b)];
      expect(Math.sign(compareCodePoints(a, b))).toBe(x < y ? -1 : x > y ? 1 : 0);
    }),
  );
});

test('tokens are parted by any white space of Unicode', () => {
  expect(splitTokens(' a\u2003b\u0085 c\t')).toEqual(['a', 'b', 'c']);
  expect(splitTokens('')).toEqual([]);
});
