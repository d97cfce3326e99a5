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

/** The lines that come before the error, and the error. */
async function collectUntilError(groups: AsyncIterable<string[]>): Promise<{ lines: string[]; error?: unknown }> {
  const lines: string[] = [];
  try {
    for await (const some of groups) lines.push(...some);
    return { lines };
  } catch (error) {
    return { lines, error };
  }
}

const bytes = (text: string) => Buffer.from(text, 'utf8');

describe('lines of a stream', () => {
  test('are the same wherever its chunks end, within a character as well', async () => {
    const line = fc.string({ unit: fc.constantFrom('a', 'ß', '…', '😀', ' ', '\t') });
    await fc.assert(
      fc.asyncProperty(fc.array(line), fc.array(fc.nat(40)), fc.boolean(), async (lines, cuts, isWindows) => {
        const all = bytes(lines.map((text) => text + (isWindows ? '\r\n' : '\n')).join(''));
        const ends = [...cuts.map((cut) => Math.min(cut, all.length)).sort((a, b) => a - b), all.length];
        const chunks = ends.map((end, i) => all.subarray(i === 0 ? 0 : ends[i - 1], end));
        expect((await collect(readLines(stream(...chunks), 'text'))).flat()).toEqual(lines);
      }),
    );
  });

  test('come as soon as they are whole, and the last one without its end', async () => {
    expect(await collect(readLines(stream(bytes('one\ntwo\nthr'), bytes('ee\n'), bytes('\nfour')), 'text'))).toEqual([
      ['one', 'two'],
      ['three'],
      [''],
      ['four'],
    ]);
  });

  test('begin after a byte order mark', async () => {
    expect(await collect(readLines(stream(bytes('\uFEFFone\n')), 'text'))).toEqual([['one']]);
  });

  test.each([
    [[bytes('good\nand well\n'), Buffer.from([0x62, 0xff, 0x0a, 0x63, 0x0a])]],
    [[Buffer.concat([bytes('good\nand well\n'), Buffer.from([0x62, 0xff, 0x0a, 0x63, 0x0a])])]],
    [[bytes('good\nand well\n'), Buffer.from([0xc3])]],
  ])('that are not UTF-8 are refused with their place, after those before', async (chunks) => {
    const { lines, error } = await collectUntilError(readLines(stream(...chunks), 'notes.txt'));
    expect(lines).toEqual(['good', 'and well']);
    expect(error).toBeInstanceOf(CorpusError);
    expect((error as Error).message).toBe('notes.txt, line 3 is not UTF-8 text. Convert it, for instance with iconv.');
  });

  test('that never end are refused before memory is full', async () => {
    async function* endless(): AsyncGenerator<Uint8Array> {
      yield bytes('one\n');
      for (;;) yield Buffer.alloc(1 << 16, 0x61);
    }
    const { lines, error } = await collectUntilError(readLines(endless(), 'standard input'));
    expect(lines).toEqual(['one']);
    expect((error as Error).message).toBe(
      'standard input, line 2 has more than 1,048,576 bytes. Give one sentence a line.',
    );
  });

  test('may have a mebibyte and no byte more, whatever characters they are of', async () => {
    const longest = 'ß'.repeat(1 << 19);
    expect(await collect(readLines(stream(bytes(`${longest}\n`)), 'text'))).toEqual([[longest]]);
    await expect(collect(readLines(stream(bytes(`${longest}.\n`)), 'text'))).rejects.toThrow(
      'text, line 1 has more than 1,048,576 bytes',
    );
  });

  test('of a source that the system cannot read to its end are given up to there, with what it says; a bug stays a bug', async () => {
    async function* failing(error: Error): AsyncGenerator<Uint8Array> {
      yield bytes('one\ntw');
      throw error;
    }
    const refusal = Object.assign(new Error('EIO: i/o error, read'), { code: 'EIO', syscall: 'read' });
    const { lines, error } = await collectUntilError(readLines(failing(refusal), 'notes.txt'));
    expect(lines).toEqual(['one']);
    expect(error).toBeInstanceOf(CorpusError);
    expect((error as Error).message).toMatch(/^notes\.txt cannot be read, or no further \(EIO: i\/o error, read\)/);
    const bug = new TypeError('a bug');
    expect((await collectUntilError(readLines(failing(bug), 'notes.txt'))).error).toBe(bug);
  });
});
