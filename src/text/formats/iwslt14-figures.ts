import type { PublishedRecipe } from './published.ts';

const figures = {
  'training pairs before cleaning': 174_443,
  'training pairs after cleaning': 167_522,
  'train pairs': 160_239,
  'valid pairs': 7_283,
  'test pairs': 6_750,
  'de symbols': 8_848,
  'en symbols': 6_632,
  'train de tokens': 4_035_591,
  'train en tokens': 3_949_114,
  'valid de tokens': 182_592,
  'valid en tokens': 178_622,
  'test de tokens': 161_838,
  'test en tokens': 156_928,
  'test en reference words': 131_161,
};

/**
 * What fairseq's recipe gives on the archive de-en.tgz, German to English: pairs by fairseq's
 * documentation, tokens (each `</s>` included) and dictionaries by a public log of fairseq-preprocess,
 * reference words by one of fairseq-generate.
 */
export const publishedIwslt14: PublishedRecipe = {
  name: "IWSLT'14 De–En",
  archive: { name: "IWSLT'14's de-en.tgz", bytes: 19_982_877, rawPairs: 174_443, testPairs: 6_750 },
  languages: { source: 'de', target: 'en' },
  settings: { merges: 10_000, minLength: 1, maxLength: 175, ratio: 1.5, lowercase: true },
  dictionary: { source: figures['de symbols'], target: figures['en symbols'] },
  figures,
};
