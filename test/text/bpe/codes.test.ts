import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { learnBpe } from '../../../src/text/bpe/learn.ts';
import { formatCodes, parseCodes } from '../../../src/text/bpe/codes.ts';
import { splitTokens } from '../../../src/text/unicode.ts';

test("codes are written in subword-nmt's format and read back", () => {
  const merges = [
    ['e', 'n</w>'],
    ['s', 'ch'],
  ] as const;
  expect(formatCodes(merges)).toBe('#version: 0.2\ne n</w>\ns ch\n');
  expect(parseCodes(formatCodes(merges))).toEqual(merges);
  expect(parseCodes(formatCodes([]))).toEqual([]);
});

test('codes that were learned on any text are read back', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary', minLength: 1 }), { minLength: 1 }), (words) => {
      // Each line twice, so that there is something to merge.
      const lines = words.flatMap((word) => [word, word]).map((line) => splitTokens(line).join(' '));
      const merges = learnBpe([lines], 20);
      expect(parseCodes(formatCodes(merges))).toEqual(merges);
    }),
  );
});

test('codes of fastBPE, which have counts and no header, and line ends of Windows', () => {
  expect(parseCodes('e n</w> 1423\ns ch 12\n')).toEqual([
    ['e', 'n</w>'],
    ['s', 'ch'],
  ]);
  expect(parseCodes('#version: 0.2\r\ne n</w>\r\n')).toEqual([['e', 'n</w>']]);
  expect(() => parseCodes('e n</w> 1423\ns ch\n')).toThrow('line 2: expected two symbols and a count parted');
});

test('a file without the header, and a line that is no pair, are named', () => {
  expect(() => parseCodes('e n\n', 'x/codes.txt')).toThrow("x/codes.txt: the first line must be '#version: 0.2'");
  expect(() => parseCodes('#version: 0.2\ne n\nfoo\n', 'x/codes.txt')).toThrow(
    "x/codes.txt, line 3: expected two symbols parted by a space, got 'foo'.",
  );
});
