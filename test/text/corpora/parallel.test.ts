import { expect, test } from '@jest/globals';
import { gzipSync } from 'node:zlib';
import { readParallel } from '../../../src/text/corpora/parallel.ts';
import { readRawCorpus } from '../../../src/text/corpora/raw-corpus.ts';
import { folderWith } from '../folder.ts';
import { describeRawCorpus, writeParallel } from '../raw-corpus.ts';

const corpus = {
  train: { source: ['ein', 'zwei'], target: ['one', 'two'] },
  valid: { source: ['drei'], target: ['three'] },
  test: { source: ['vier'], target: ['four'] },
};

test('train, valid and test are read by the codes of the languages', () => {
  const folder = folderWith();
  writeParallel(folder, corpus);
  const raw = readRawCorpus(folder);
  expect(readParallel(folder, raw)).toEqual(corpus);
  expect(readParallel(folder, { ...raw, source: 'en', target: 'de' }).train).toEqual({ source: ['one', 'two'], target: ['ein', 'zwei'] });
});

test('files may be packed and lie in a subfolder', () => {
  const files = Object.entries(corpus).flatMap(([split, sides]) => [[`${split}.de`, sides.source], [`${split}.en`, sides.target]] as const);
  const folder = folderWith(Object.fromEntries(files.map(([name, lines]) => [`files/deep/${name}.gz`, gzipSync(`${lines.join('\n')}\n`)])));
  expect(readParallel(folder, describeRawCorpus(folder, { format: 'parallel', source: 'de', target: 'en' }))).toEqual(corpus);
});

test.each([
  ['sides of different length', { 'train.de': 'a\n', 'train.en': 'a\nb\n' }, 'train.de has 1 lines but train.en has 2'],
  ['a missing side', { 'train.de': 'a\n' }, 'lacks the file train.en. Files: train.de.'],
  ['an empty pair of files', { 'train.de': '', 'train.en': '' }, 'train.de and train.en are empty.'],
  ['a file that is there twice', { 'train.de': 'a\n', 'x/train.de': 'a\n', 'train.en': 'a\n' }, 'holds train.de more than once: train.de, x/train.de.'],
])('%s is named', (_, files, message) => {
  const folder = folderWith(Object.fromEntries(Object.entries(files).map(([name, text]) => [`files/${name}`, text])));
  const raw = describeRawCorpus(folder, { format: 'parallel', source: 'de', target: 'en' });
  expect(() => readParallel(folder, raw)).toThrow(message);
});

test('a folder without a description is named', () => {
  expect(() => readRawCorpus(folderWith())).toThrow('raw-corpus.json is missing');
});
