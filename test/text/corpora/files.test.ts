import { expect, test } from '@jest/globals';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { fileAt, longestLine, readLines } from '../../../src/text/corpora/files.ts';
import { CorpusError } from '../../../src/text/errors.ts';
import { folderWith } from '../folder.ts';

const read = (name: string, content: string | Uint8Array): string[] =>
  readLines(fileAt(path.join(folderWith({ [name]: content }), name)));

test('only a line feed ends a line, and the last one may lack it', () => {
  expect(read('a', 'x\u2028y\r\nz\n\n')).toEqual(['x\u2028y\r', 'z', '']);
  expect(read('a', 'x\ny')).toEqual(['x', 'y']);
  expect(read('a', '')).toEqual([]);
});

test('a byte order mark goes, and a packed file is unpacked', () => {
  expect(read('a', '\ufeffx\n')).toEqual(['x']);
  expect(read('a.gz', gzipSync('ä\nö\n'))).toEqual(['ä', 'ö']);
});

test('a line that is not UTF-8 is named', () => {
  expect(() => read('a', Buffer.from([0x61, 0x0a, 0xe4, 0x0a]))).toThrow(
    /a, line 2, is not UTF-8\. Convert the file to UTF-8\./,
  );
});

test('a cut gzip file is named', () => {
  expect(() => read('a.gz', gzipSync('text text text').subarray(0, 15))).toThrow('a.gz is not a whole gzip file');
});

test('text of several blocks is read whole, lines longer than a block too', () => {
  const lines = Array.from({ length: 60_000 }, (_, i) => `${i} ${'ä'.repeat(i % 50)}`);
  lines[30_000] = 'ö'.repeat(1_500_000);
  expect(read('a', lines.join('\n'))).toEqual(lines);
  expect(read('a', `${lines.join('\n')}\n`)).toEqual(lines);
  const bytes = Buffer.from(lines.join('\n'));
  bytes[bytes.length - 1] = 0xff;
  expect(() => read('a', bytes)).toThrow(/a, line 60000, is not UTF-8/);
});

test.each(['a', 'a.gz'])('a line of more than 16 MiB is named, in %s', (name) => {
  const pack = (bytes: Buffer) => (name === 'a' ? bytes : gzipSync(bytes));
  const line = Buffer.alloc(longestLine, 'x');
  expect(
    read(name, pack(Buffer.concat([Buffer.from('y\n'), line, Buffer.from('\nz')]))).map(({ length }) => length),
  ).toEqual([1, longestLine, 1]);
  const overlong = () => read(name, pack(Buffer.concat([Buffer.from('y\n'), line, Buffer.from('x\nz')])));
  expect(overlong).toThrow(CorpusError);
  expect(overlong).toThrow(/a(\.gz)?, line 2, has more than 16 MiB\. Give one sentence a line\.$/);
});

test.each(['a', 'a.gz'])('a file that is not there or is none is not blamed on its packing: %s', (name) => {
  const folder = folderWith();
  const file = path.join(folder, name);
  expect(() => readLines(fileAt(file))).toThrow(CorpusError);
  expect(() => readLines(fileAt(file))).toThrow(
    `${file} cannot be read: ENOENT: no such file or directory. Check that it is there, and that you may read it.`,
  );
  mkdirSync(file);
  expect(() => readLines(fileAt(file))).toThrow(`${file} cannot be read: EISDIR`);
});
