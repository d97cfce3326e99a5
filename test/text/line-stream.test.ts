import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { CorpusError } from '../../src/text/errors.ts';
import { readLines } from '../../src/text/line-stream.ts';

async function* stream(...chunks: Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks;
}

async function collect(lines: AsyncIterable<string[]>): Promise<string[][]> {
  const all: string[][] = [];
  for await (const some of lines) all.push(some);
  return all;
}

const bytes = (text: string) => Buffer.from(text, 'utf8');

describe('lines of a stream', () => {
  test('are the same wherever its chunks end, within a character as well', async () => {
    const line = fc.string({ unit: fc.constantFrom('a', 'ß', '…', '😀', ' ', '\t') });
    await fc.assert(fc.asyncProperty(fc.array(line), fc.array(fc.nat(40)), fc.boolean(), async (lines, cuts, isWindows) => {
      const all = bytes(lines.map((text) => text + (isWindows ? '\r\n' : '\n')).join(''));
      const ends = [...cuts.map((cut) => Math.min(cut, all.length)).sort((a, b) => a - b), all.length];
      const chunks = ends.map((end, i) => all.subarray(i === 0 ? 0 : ends[i - 1], end));
      expect((await collect(readLines(stream(...chunks), 'text'))).flat()).toEqual(lines);
    }));
  });

  test('come as soon as they are whole, and the last one without its end', async () => {
    expect(await collect(readLines(stream(bytes('one\ntwo\nthr'), bytes('ee\n'), bytes('\nfour')), 'text'))).toEqual([['one', 'two'], ['three'], [''], ['four']]);
  });

  test('begin after a byte order mark', async () => {
    expect(await collect(readLines(stream(bytes('\uFEFFone\n')), 'text'))).toEqual([['one']]);
  });

  test.each([[[bytes('good\n'), Buffer.from([0x62, 0xff, 0x0a])]], [[bytes('good\n'), Buffer.from([0xc3])]]])('that are not UTF-8 are refused with their place', async (chunks) => {
    const reading = collect(readLines(stream(...chunks), 'notes.txt'));
    await expect(reading).rejects.toThrow(CorpusError);
    await expect(reading).rejects.toThrow('notes.txt is not UTF-8 text: see line 2');
  });

  test('that never end are refused before memory is full', async () => {
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (;;) yield Buffer.alloc(1 << 16, 0x61);
    }
    await expect(collect(readLines(endless(), 'standard input'))).rejects.toThrow('standard input, line 1 has more than 1048576 characters');
  });
});
