import { expect, test } from '@jest/globals';
import { formatCodes, parseCodes } from '../../../src/text/bpe/codes.ts';

test("codes are written in subword-nmt's format and read back", () => {
  const merges = [
    ['e', 'n</w>'],
    ['s', 'ch'],
  ] as const;
  expect(formatCodes(merges)).toBe('#version: 0.2\ne n</w>\ns ch\n');
  expect(parseCodes(formatCodes(merges))).toEqual(merges);
  expect(parseCodes(formatCodes([]))).toEqual([]);
});

test('a file without the header, and a line that is no pair, are named', () => {
  expect(() => parseCodes('e n\n', 'x/codes.txt')).toThrow("x/codes.txt: the first line must be '#version: 0.2'");
  expect(() => parseCodes('#version: 0.2\ne n\nfoo\n', 'x/codes.txt')).toThrow(
    "x/codes.txt, line 3: expected two symbols parted by a space, got 'foo'.",
  );
});
