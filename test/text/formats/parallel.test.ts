import { expect, test } from '@jest/globals';
import { gzipSync } from 'node:zlib';
import { type RawCorpus, readRawCorpus } from '../../../src/text/corpora/raw-corpus.ts';
import type { OpenText } from '../../../src/text/formats/format.ts';
import { parallel } from '../../../src/text/formats/parallel.ts';
import { folderWith } from '../folder.ts';
import { describeRawCorpus, readAll, writeParallel } from '../raw-corpus.ts';

const corpus = {
  train: { source: ['ein', 'zwei'], target: ['one', 'two'] },
  valid: { source: ['drei'], target: ['three'] },
  test: { source: ['vier'], target: ['four'] },
};

type Layout = { train: OpenText; valid: { open: OpenText }; tests: Record<string, { open: OpenText }> };
const layoutOf = (raw: RawCorpus) => parallel.layout(raw) as Layout;

test('each split has files of its own, which are found by the codes of the languages and their lines counted', async () => {
  const folder = folderWith();
  writeParallel(folder, corpus);
  const raw = readRawCorpus(folder);
  const { train, valid, tests } = layoutOf(raw);
  expect((await train(folder, raw)).pairs).toBe(2);
  expect(await readAll(await train(folder, raw))).toEqual(corpus.train);
  expect(await readAll(await valid.open(folder, raw))).toEqual(corpus.valid);
  expect(await readAll(await tests.test.open(folder, { ...raw, source: 'en', target: 'de' }))).toEqual({
    source: ['four'],
    target: ['vier'],
  });
});

test('files may be packed and lie in a subfolder', async () => {
  const folder = folderWith({
    'files/deep/train.de.gz': gzipSync('ein\nzwei\n'),
    'files/deep/train.en.gz': gzipSync('one\ntwo'),
  });
  const raw = describeRawCorpus(folder, { format: 'parallel', source: 'de', target: 'en' });
  const text = await layoutOf(raw).train(folder, raw);
  expect(text.pairs).toBe(2);
  expect(await readAll(text)).toEqual(corpus.train);
});

test.each([
  ['sides of different length', { 'train.de': 'a\n', 'train.en': 'a\nb\n' }, 'train.de has 1 lines but train.en has 2'],
  ['a missing side', { 'train.de': 'a\n' }, 'lacks the file train.en. Files: train.de.'],
  ['an empty pair of files', { 'train.de': '', 'train.en': '' }, 'train.de and train.en are empty.'],
  [
    'a file that is there twice',
    { 'train.de': 'a\n', 'x/train.de': 'a\n', 'train.en': 'a\n' },
    'holds train.de more than once: train.de, x/train.de.',
  ],
])('%s is named', async (_, files, message) => {
  const folder = folderWith(Object.fromEntries(Object.entries(files).map(([name, text]) => [`files/${name}`, text])));
  const raw = describeRawCorpus(folder, { format: 'parallel', source: 'de', target: 'en' });
  await expect(layoutOf(raw).train(folder, raw)).rejects.toThrow(message);
});

test('a folder without a description is named', () => {
  expect(() => readRawCorpus(folderWith())).toThrow('raw-corpus.json is missing');
});
