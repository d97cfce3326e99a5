import { describe, expect, test } from '@jest/globals';
import { formatBytes, formatCompact, formatCount, formatSeconds, plural } from '../../../src/cli/render/units.ts';

describe('figures for people', () => {
  test.each([
    [0, '0 ms'],
    [0.0494, '49 ms'],
    [0.9994, '999 ms'],
    [0.9996, '1.0 s'],
    [59.94, '59.9 s'],
    [59.96, '1m 0s'],
    [250, '4m 10s'],
    [3599.4, '59m 59s'],
    [3599.6, '1h 0m'],
    [4320, '1h 12m'],
    [86_399, '1d 0h'],
    [183_600, '2d 3h'],
  ])('%d seconds are %s', (seconds, text) => expect(formatSeconds(seconds)).toBe(text));

  test.each([
    [0, '0'],
    [8.5, '8.5'],
    [8.504, '8.5'],
    [4.021, '4.02'],
    [0.04217, '0.0422'],
    [1234, '1234'],
    [1234.56, '1235'],
    [9999, '10k'],
    [31_234, '31.2k'],
    [312_345, '312k'],
    [999_960, '1M'],
    [3_600_000, '3.6M'],
    [1.25e9, '1.25G'],
    [-31_234, '-31.2k'],
    [1e-7, '1.00e-7'],
  ])('%d is %s', (value, text) => expect(formatCompact(value)).toBe(text));

  test.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.0 kB'],
    [1_234_567, '1.2 MB'],
    [12_345_678, '12 MB'],
    [999_999_999, '1.0 GB'],
    [5e15, '5000 TB'],
  ])('%d bytes are %s', (bytes, text) => expect(formatBytes(bytes)).toBe(text));

  test('counts have thousands and their noun a plural', () => {
    expect(formatCount(12_345)).toBe('12,345');
    expect([plural(1, 'stage'), plural(0, 'stage'), plural(1200, 'stage')]).toEqual([
      '1 stage',
      '0 stages',
      '1,200 stages',
    ]);
  });
});
