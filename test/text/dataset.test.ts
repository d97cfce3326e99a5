import { describe, expect, test } from '@jest/globals';
import { readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import {
  countSplit,
  encodeText,
  lengthsOf,
  readDictionary,
  readManifest,
  readSentences,
  readSplit,
  writeCorpus,
} from '../../src/text/dataset.ts';
import type { BinarisedCorpus } from '../../src/text/dataset.ts';
import { Dictionary } from '../../src/text/dictionary.ts';
import { folderWith } from './folder.ts';

function example(): BinarisedCorpus {
  const german = ['ein haus', 'ein hof im haus', ''];
  const english = ['a house', 'a yard in the house', 'nothing'];
  const dictionaries = { source: Dictionary.build(german), target: Dictionary.build(english) };
  const train = { source: encodeText(german, dictionaries.source), target: encodeText(english, dictionaries.target) };
  const held = {
    source: encodeText(['ein boot'], dictionaries.source),
    target: encodeText(['a boat'], dictionaries.target),
  };
  return {
    manifest: {
      languages: { source: 'de', target: 'en' },
      recipe: 'parallel',
      merges: 1,
      lowercase: true,
      dictionary: { source: dictionaries.source.size, target: dictionaries.target.size },
      rawPairs: 3,
      cleanedPairs: 3,
      splits: { train: countSplit(train), valid: countSplit(held), test: countSplit(held) },
    },
    splits: { train, valid: held, test: held },
    dictionaries,
    merges: [['a', 'b']],
    text: { valid: { source: ['ein boot'], target: ['a boat'] }, test: { source: ['ein boot'], target: ['a boat'] } },
  };
}

function written(): string {
  const folder = folderWith();
  writeCorpus(folder, example());
  return folder;
}

describe('a corpus folder', () => {
  test('reads back as it was written', () => {
    const folder = written();
    const { splits, dictionaries, manifest } = example();
    for (const split of ['train', 'valid', 'test'] as const) expect(readSplit(folder, split)).toEqual(splits[split]);
    expect(readDictionary(folder, 'target').symbols).toEqual(dictionaries.target.symbols);
    expect(readManifest(folder)).toEqual(manifest);
    expect(readSentences(folder, 'test.source.txt')).toEqual(['ein boot']);
  });

  test('holds ids as little-endian 32-bit integers, one </s> a sentence', () => {
    const bytes = readFileSync(path.join(written(), 'valid.source.ids.i32'));
    // "ein" is the most frequent, hence 4; "boot" is unknown.
    expect([...bytes]).toEqual([4, 0, 0, 0, 3, 0, 0, 0, 2, 0, 0, 0]);
  });

  test('counts tokens with each </s>, and unknown ones', () => {
    expect(example().manifest.splits.valid).toEqual({
      pairs: 1,
      tokens: { source: 3, target: 3 },
      unknown: { source: 1, target: 1 },
    });
    expect(example().manifest.splits.train.tokens).toEqual({ source: 9, target: 11 });
    expect([...lengthsOf(example().splits.train.source)]).toEqual([3, 5, 1]);
  });

  test.each([
    [
      'a file cut within a word',
      cut('train.source.ids.i32', 7),
      'ids.i32 is damaged: 7 bytes are no whole number of 32-bit words',
    ],
    [
      'a file cut between words',
      cut('train.source.ids.i32', 8),
      'ids.i32 is damaged: its offsets span 0 to 9, but it holds 2 ids',
    ],
    [
      'offsets of another length',
      cut('train.source.offsets.u32', 8),
      'its offsets mark 1 sentences, corpus.json says 3',
    ],
    ['a sentence without its end', patch('train.source.ids.i32', 2, 4), 'sentence 1 does not end in </s>'],
    [
      'an id beyond the dictionary',
      patch('train.source.ids.i32', 0, 99),
      'id 99 at place 0 is not in the dictionary of 8 symbols',
    ],
    ['a negative id', patch('train.source.ids.i32', 0, -1), 'id -1 at place 0'],
    ['offsets that run backwards', patch('train.source.offsets.u32', 1, 100), 'sentence 1 spans ids 0 to 100'],
    [
      'a missing file',
      (folder: string) => rmSync(path.join(folder, 'train.target.ids.i32')),
      'train.target.ids.i32 is missing',
    ],
  ])('%s is found and named', (_, damage, message) => {
    const folder = written();
    damage(folder);
    expect(() => readSplit(folder, 'train')).toThrow(message);
  });
});

function cut(name: string, bytes: number): (folder: string) => void {
  return (folder) => truncateSync(path.join(folder, name), bytes);
}

function patch(name: string, word: number, value: number): (folder: string) => void {
  return (folder) => {
    const file = path.join(folder, name);
    const bytes = readFileSync(file);
    bytes.writeInt32LE(value, 4 * word);
    writeFileSync(file, bytes);
  };
}
