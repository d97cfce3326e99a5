import { expect, test } from '@jest/globals';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { readLines } from '../../../src/text/corpora/files.ts';
import { folderWith } from '../folder.ts';

const read = (name: string, content: string | Uint8Array): string[] => readLines(path.join(folderWith({ [name]: content }), name));

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
  expect(() => read('a', Buffer.from([0x61, 0x0a, 0xe4, 0x0a]))).toThrow(/a, line 2, is not UTF-8\. Convert the file to UTF-8\./);
});

test('a cut gzip file is named', () => {
  expect(() => read('a.gz', gzipSync('text text text').subarray(0, 15))).toThrow('a.gz is not a whole gzip file');
});
