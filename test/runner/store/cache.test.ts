import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { mkdtempSync, writeFileSync } from 'node:fs';
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

test('a cache in the wrong place is an error', () => {
  writeFileSync(path.join(folder, 'file'), '');
  expect(() => writeCache(path.join(folder, 'file/stat.json'), '{}')).toThrow();
});
