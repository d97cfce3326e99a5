import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { fileAt, longestLine, readLines } from '../../../src/text/corpora/files.ts';
import { blocksOfFiles, blocksOfText, countLines } from '../../../src/text/corpora/line-blocks.ts';
import type { TextBlock } from '../../../src/text/corpora/line-blocks.ts';
import { CorpusError } from '../../../src/text/errors.ts';
import { folderWith } from '../folder.ts';

type Content = string | Uint8Array;

async function read(source: Content, target: Content, ending = ''): Promise<TextBlock[]> {
  const folder = folderWith({ [`a${ending}`]: source, [`b${ending}`]: target });
  const blocks: TextBlock[] = [];
  for await (const block of blocksOfFiles(
    fileAt(path.join(folder, `a${ending}`)),
    fileAt(path.join(folder, `b${ending}`)),
  ))
    blocks.push(block);
  return blocks;
}

const lines = (blocks: TextBlock[], role: keyof TextBlock): string[] =>
  blocks.flatMap((block) => block[role].split('\n'));

describe('blocks of two files', () => {
  // Long enough that the files are read in several chunks, which end within lines and within characters.
  const source = Array.from({ length: 40_000 }, (_, i) => `Zeile ${i} mit ä, ö und ${'😀'.repeat(i % 7)}`);
  const target = Array.from({ length: 40_000 }, (_, i) => (i % 5 === 0 ? '' : `line ${i}`));

  test('hold all lines in order, equally many on both sides', async () => {
    const blocks = await read(`${source.join('\n')}\n`, `${target.join('\n')}\n`);
    expect(blocks.length).toBeGreaterThan(2);
    expect(lines(blocks, 'source')).toEqual(source);
    expect(lines(blocks, 'target')).toEqual(target);
    for (const block of blocks) expect(block.source.split('\n')).toHaveLength(block.target.split('\n').length);
  });

  test('are the same from packed files', async () => {
    const blocks = await read(gzipSync(source.join('\n')), gzipSync(target.join('\n')), '.gz');
    expect(lines(blocks, 'source')).toEqual(source);
    expect(lines(blocks, 'target')).toEqual(target);
  });

  test('hold lines of megabytes', async () => {
    const long = ['x', 'ä'.repeat(1 << 20), 'y', 'z'.repeat(3 << 20)];
    const blocks = await read(`${long.join('\n')}\n`, 'a\nb\nc\nd\n');
    expect(lines(blocks, 'source')).toEqual(long);
    expect(lines(blocks, 'target')).toEqual(['a', 'b', 'c', 'd']);
  });

  test('a byte order mark goes at the start of a file only, wherever blocks start', async () => {
    const marked = Array.from({ length: 100_000 }, () => '\ufeffline');
    const blocks = await read(marked.join('\n'), marked.join('\n'));
    expect(blocks.length).toBeGreaterThan(2);
    expect(lines(blocks, 'source')).toEqual(['line', ...marked.slice(1)]);
  });

  test('a line that is not UTF-8 is named by its number in the file', async () => {
    const bytes = Buffer.from(`${source.join('\n')}\n`);
    bytes[bytes.lastIndexOf('Zeile')] = 0xff;
    await expect(read(bytes, `${target.join('\n')}\n`)).rejects.toThrow(
      /a, line 40000, is not UTF-8\. Convert the file to UTF-8\.$/,
    );
  });

  test('a cut gzip file is named', async () => {
    await expect(
      read(gzipSync(source.join('\n')).subarray(0, 9000), gzipSync(target.join('\n')), '.gz'),
    ).rejects.toThrow('a.gz is not a whole gzip file');
  });
});

describe('a line of more than 16 MiB', () => {
  const content = (bytes: number, end: string) =>
    Buffer.concat([Buffer.from('x\ny\n'), Buffer.alloc(bytes, 'z'), Buffer.from(end)]);

  test.each(['\nrest\n', ''])('is named when lines are counted and when they are read, followed by %j', async (end) => {
    const folder = folderWith({ long: content(longestLine + 1, end), short: 'a\nb\nc\nd\n' });
    const [long, short] = ['long', 'short'].map((name) => path.join(folder, name));
    const message = `${long}, line 3, has more than 16 MiB. Give one sentence a line.`;
    await expect(countLines(fileAt(long))).rejects.toThrow(new CorpusError(message));
    const reading = (async () => {
      for await (const block of blocksOfFiles(fileAt(short), fileAt(long))) expect(block.target).toBe('x\ny');
    })();
    await expect(reading).rejects.toThrow(new CorpusError(message));
  });

  test('is one byte longer than the longest that is read', async () => {
    const file = path.join(folderWith({ a: content(longestLine, '\nrest') }), 'a');
    expect(await countLines(fileAt(file))).toBe(4);
    const sizes: number[] = [];
    for await (const block of blocksOfFiles(fileAt(file), fileAt(file)))
      for (const line of block.source.split('\n')) sizes.push(line.length);
    expect(sizes).toEqual([1, 1, longestLine, 4]);
  });
});

test.each(['a', 'a.gz'])('a file that is not there is not blamed on its packing: %s', async (name) => {
  const file = path.join(folderWith(), name);
  const counting = countLines(fileAt(file));
  await expect(counting).rejects.toThrow(CorpusError);
  await expect(counting).rejects.toThrow(
    `${file} cannot be read: ENOENT: no such file or directory. Check that it is there, and that you may read it.`,
  );
});

test('reading by blocks and counting agree with reading all lines, whatever the bytes between line feeds', async () => {
  const text = fc
    .array(fc.constantFrom('a', '\n', '\n', '\r', '\0', '\ufeff', '\u2028', 'ä', '😀'), { maxLength: 30 })
    .map((parts) => parts.join(''));
  await fc.assert(
    fc.asyncProperty(text, async (content) => {
      const file = path.join(folderWith({ a: content }), 'a');
      const all = readLines(fileAt(file));
      expect(await countLines(fileAt(file))).toBe(all.length);
      const blocks: TextBlock[] = [];
      for await (const block of blocksOfFiles(fileAt(file), fileAt(file))) blocks.push(block);
      expect(lines(blocks, 'target')).toEqual(all);
    }),
  );
});

test('blocks of a text in memory hold all of it', () => {
  const text = {
    source: Array.from({ length: 30_000 }, (_, i) => `Satz ${i} ${'x'.repeat(i % 60)}`),
    target: Array.from({ length: 30_000 }, (_, i) => `${i}`),
  };
  const blocks = [...blocksOfText(text)];
  expect(blocks.length).toBeGreaterThan(2);
  expect({ source: lines(blocks, 'source'), target: lines(blocks, 'target') }).toEqual(text);
  expect([...blocksOfText({ source: [], target: [] })]).toEqual([]);
});
