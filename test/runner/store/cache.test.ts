import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { removeTree, writeCache } from '../../../src/disk/files.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'cache-'));
});
afterEach(() => removeTree(folder));

(process.platform === 'linux' ? test : test.skip)('a cache that cannot be written is done without', () => {
  expect(() => writeCache('/sys/kernel/shrinknas/stat.json', '{}')).not.toThrow();
});

test('a file in the place of a cache’s folder is set aside', () => {
  writeFileSync(path.join(folder, 'file'), 'mine');
  writeCache(path.join(folder, 'file/stat.json'), '{}');
  expect(readFileSync(path.join(folder, 'file/stat.json'), 'utf8')).toBe('{}');
  expect(readFileSync(path.join(folder, 'damaged-file'), 'utf8')).toBe('mine');
});
