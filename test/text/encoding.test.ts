import { describe, expect, test } from '@jest/globals';
import { otherEncoding } from '../../src/text/encoding.ts';

const text = 'Der rote Ball rollt über die Straße.\n'.repeat(3);
const little = Buffer.from(text, 'utf16le');
const big = Buffer.from(little).swap16();

describe('the encoding of a text', () => {
  test('is told by a byte order mark, and without one by zeros', () => {
    expect(otherEncoding(Buffer.concat([Buffer.from([0xff, 0xfe]), little]))).toBe('UTF-16LE');
    expect(otherEncoding(Buffer.concat([Buffer.from([0xfe, 0xff]), big]))).toBe('UTF-16BE');
    expect(otherEncoding(little)).toBe('UTF-16LE');
    expect(otherEncoding(big)).toBe('UTF-16BE');
    expect(otherEncoding(Buffer.from([0xff, 0xfe, 0, 0, 0x41, 0, 0, 0]))).toBe('UTF-32');
  });

  test('of UTF-8 is that, with a byte order mark or with control characters', () => {
    for (const utf8 of [text, `\ufeff${text}`, '\0', 'a\0b\0'.repeat(3), '', '\0\0'.repeat(100)])
      expect(otherEncoding(Buffer.from(utf8))).toBeUndefined();
  });
});
