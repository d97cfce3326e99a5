import { expect, test } from '@jest/globals';
import type { RawCorpus } from '../../../src/text/corpora/raw-corpus.ts';
import type { CorpusManifest } from '../../../src/text/dataset.ts';
import { publishedIwslt14 } from '../../../src/text/formats/iwslt14-figures.ts';
import { differingFigures, isGenuine } from '../../../src/text/formats/published.ts';

const unknown = { source: 0, target: 0 };
const published: CorpusManifest = {
  languages: { source: 'de', target: 'en' },
  recipe: 'iwslt14',
  merges: 10_000,
  lowercase: true,
  dictionary: { source: 8848, target: 6632 },
  rawPairs: 174_443,
  cleanedPairs: 167_522,
  splits: {
    train: { pairs: 160_239, tokens: { source: 4_035_591, target: 3_949_114 }, unknown },
    valid: { pairs: 7283, tokens: { source: 182_592, target: 178_622 }, unknown },
    test: { pairs: 6750, tokens: { source: 161_838, target: 156_928 }, unknown },
  },
};
const swap = <Value>({ source, target }: { source: Value; target: Value }) => ({ source: target, target: source });
const raw = (bytes: number): RawCorpus => ({
  format: 'iwslt14',
  source: 'de',
  target: 'en',
  origin: { path: 'de-en.tgz', bytes, sha256: '' },
  files: [],
});

test('the published figures differ in nothing, in either direction of translation', () => {
  expect(differingFigures(published, { source: 1, target: 131_161 }, publishedIwslt14)).toEqual([]);
  const { train, valid, test: held } = published.splits;
  const reversed: CorpusManifest = {
    ...published,
    languages: swap(published.languages),
    dictionary: swap(published.dictionary),
    splits: {
      train: { ...train, tokens: swap(train.tokens) },
      valid: { ...valid, tokens: swap(valid.tokens) },
      test: { ...held, tokens: swap(held.tokens) },
    },
  };
  expect(differingFigures(reversed, { source: 131_161, target: 1 }, publishedIwslt14)).toEqual([]);
});

test('each figure that differs is told with the published one', () => {
  const changed = { ...published, cleanedPairs: 167_521, dictionary: { source: 8848, target: 6640 } };
  expect(differingFigures(changed, { source: 1, target: 131_152 }, publishedIwslt14)).toEqual([
    'training pairs after cleaning 167521 (published 167522)',
    'en symbols 6640 (published 6632)',
    'test en reference words 131152 (published 131161)',
  ]);
});

test('an archive counts as the genuine one by its size together with the pairs that it holds', () => {
  expect(isGenuine(raw(19_982_877), published, publishedIwslt14)).toBe(true);
  expect(isGenuine(raw(19_982_878), published, publishedIwslt14)).toBe(false);
  expect(isGenuine({ ...raw(0), origin: undefined }, published, publishedIwslt14)).toBe(false);
  expect(isGenuine(raw(19_982_877), { ...published, rawPairs: 174_442 }, publishedIwslt14)).toBe(false);
  expect(
    isGenuine(
      raw(19_982_877),
      { ...published, splits: { ...published.splits, test: { ...published.splits.test, pairs: 6749 } } },
      publishedIwslt14,
    ),
  ).toBe(false);
});
