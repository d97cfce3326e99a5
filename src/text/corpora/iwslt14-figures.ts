import type { CorpusManifest } from '../dataset.ts';
import { roles, splits } from '../parallel-text.ts';
import type { Role } from '../parallel-text.ts';
import type { RawCorpus } from './raw-corpus.ts';

/** What the archive de-en.tgz of IWSLT'14 is known by: no checksum of it is published. Pairs before cleaning. */
const archive = { bytes: 19_982_877, rawPairs: 174_443, testPairs: 6_750 } as const;

/**
 * What fairseq's recipe gives on that archive, with 10,000 merges, German to English: pairs by fairseq's documentation, tokens (each
 * `</s>` included) and dictionaries by a public log of fairseq-preprocess, reference words by one of fairseq-generate.
 */
const published = {
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

/** The settings that the published figures are for. */
export const publishedSettings = { merges: 10_000, minLength: 1, maxLength: 175, ratio: 1.5, lowercase: true } as const;

/** Symbols of the published dictionaries, German and English. */
export const publishedDictionary: Record<Role, number> = { source: published['de symbols'], target: published['en symbols'] };

/**
 * The corpus's figures that are not the published ones, each with both numbers.
 *
 * @param referenceWords of the test set's two sides
 */
export function differencesFromPublished(manifest: CorpusManifest, referenceWords: Record<Role, number>): string[] {
  const { languages, splits: counts } = manifest;
  const figures: Record<string, number> = {
    'training pairs before cleaning': manifest.rawPairs,
    'training pairs after cleaning': manifest.cleanedPairs,
    ...Object.fromEntries(splits.map((split) => [`${split} pairs`, counts[split].pairs])),
    ...Object.fromEntries(roles.map((role) => [`${languages[role]} symbols`, manifest.dictionary[role]])),
    ...Object.fromEntries(splits.flatMap((split) => roles.map((role) => [`${split} ${languages[role]} tokens`, counts[split].tokens[role]]))),
    ...Object.fromEntries(roles.map((role) => [`test ${languages[role]} reference words`, referenceWords[role]])),
  };
  return Object.entries(published)
    .filter(([name, expected]) => figures[name] !== expected)
    .map(([name, expected]) => `${name} ${figures[name]} (published ${expected})`);
}

/**
 * Whether the raw text is that of the genuine archive, as far as can be told: the archive that was unpacked has its size, and the
 * files hold as many pairs. If so, other figures later on are this program's mistake.
 */
export function isGenuine(raw: RawCorpus, { rawPairs, splits: counts }: Pick<CorpusManifest, 'rawPairs' | 'splits'>): boolean {
  return raw.origin?.bytes === archive.bytes && rawPairs === archive.rawPairs && counts.test.pairs === archive.testPairs;
}
