import { expect, test } from '@jest/globals';
import { gzipSync } from 'node:zlib';
import path from 'node:path';
import { locateParallel, readPair } from '../../../src/text/corpora/parallel.ts';
import { readRawCorpus } from '../../../src/text/corpora/raw-corpus.ts';
import { folderWith } from '../folder.ts';
import { describeRawCorpus, writeParallel } from '../raw-corpus.ts';

const corpus = {
  train: { source: ['ein', 'zwei'], target: ['one', 'two'] },
  valid: { source: ['drei'], target: ['three'] },
  test: { source: ['vier'], target: ['four'] },
};

test('the files of a split are found by the codes of the languages, and their lines counted', async () => {
  const folder = folderWith();
  writeParallel(folder, corpus);
  const raw = readRawCorpus(folder);
  const file = (name: string): string => path.join(folder, 'files', name);
  expect(await locateParallel(folder, raw, 'train')).toEqual({ files: { source: file('train.de'), target: file('train.en') }, pairs: 2 });
  expect(await locateParallel(folder, { ...raw, source: 'en', target: 'de' }, 'test'))
    .toEqual({ files: { source: file('test.en'), target: file('test.de') }, pairs: 1 });
});

test('files may be packed and lie in a subfolder', async () => {
  const folder = folderWith({ 'files/deep/train.de.gz': gzipSync('ein\nzwei\n'), 'files/deep/train.en.gz': gzipSync('one\ntwo') });
  const raw = describeRawCorpus(folder, { format: 'parallel', source: 'de', target: 'en' });
  expect((await locateParallel(folder, raw, 'train')).pairs).toBe(2);
  expect(readPair(folder, raw, 'train.de', 'train.en')).toEqual(corpus.train);
});

test.each([
  ['sides of different length', { 'train.de': 'a\n', 'train.en': 'a\nb\n' }, 'train.de has 1 lines but train.en has 2'],
  ['a missing side', { 'train.de': 'a\n' }, 'lacks the file train.en. Files: train.de.'],
  ['an empty pair of files', { 'train.de': '', 'train.en': '' }, 'train.de and train.en are empty.'],
  ['a file that is there twice', { 'train.de': 'a\n', 'x/train.de': 'a\n', 'train.en': 'a\n' }, 'holds train.de more than once: train.de, x/train.de.'],
])('%s is named', async (_, files, message) => {
  const folder = folderWith(Object.fromEntries(Object.entries(files).map(([name, text]) => [`files/${name}`, text])));
  const raw = describeRawCorpus(folder, { format: 'parallel', source: 'de', target: 'en' });
  await expect(locateParallel(folder, raw, 'train')).rejects.toThrow(message);
});

test('a folder without a description is named', () => {
  expect(() => readRawCorpus(folderWith())).toThrow('raw-corpus.json is missing');
});
