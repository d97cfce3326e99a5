import type { RawCorpus } from '../corpora/raw-corpus.ts';
import type { CorpusManifest } from '../dataset.ts';
import { roles, splits } from '../parallel-text.ts';
import type { Role } from '../parallel-text.ts';
import type { RecipeSettings } from '../settings.ts';

/** What others have published of a recipe: its settings, and the figures that they lead to on one archive. */
export interface PublishedRecipe {
  /** For messages: "the … recipe". */
  name: string;
  /** What the archive is recognised by where no checksum of it is published. Pairs are those before cleaning. */
  archive: { name: string; bytes: number; rawPairs: number; testPairs: number };
  /** The direction of translation that was published. */
  languages: Record<Role, string>;
  settings: RecipeSettings;
  /** Symbols of the dictionaries. */
  dictionary: Record<Role, number>;
  /** By the names that `figuresOf` gives them; figures that were not published are absent. */
  figures: Record<string, number>;
}

/** The settings that are not the published ones, each with both values. */
export function differingSettings(settings: RecipeSettings, published: PublishedRecipe): string[] {
  return (Object.keys(published.settings) as (keyof RecipeSettings)[])
    .filter((name) => settings[name] !== published.settings[name])
    .map((name) => `${name} ${settings[name]} (published ${published.settings[name]})`);
}

/**
 * The corpus's figures that are not the published ones, each with both numbers.
 *
 * @param referenceWords of the test set's two sides
 */
export function differingFigures(
  manifest: CorpusManifest,
  referenceWords: Record<Role, number>,
  published: PublishedRecipe,
): string[] {
  const figures = figuresOf(manifest, referenceWords);
  return Object.entries(published.figures)
    .filter(([name, expected]) => figures[name] !== expected)
    .map(([name, expected]) => `${name} ${figures[name]} (published ${expected})`);
}

/**
 * Whether the raw text is that of the published archive, as far as can be told: the archive that was unpacked has its
 * size, and the files hold as many pairs. If so, other figures later on are this program's mistake.
 */
export function isGenuine(
  raw: RawCorpus,
  { rawPairs, splits: counts }: Pick<CorpusManifest, 'rawPairs' | 'splits'>,
  { archive }: PublishedRecipe,
): boolean {
  return (
    raw.origin?.bytes === archive.bytes && rawPairs === archive.rawPairs && counts.test.pairs === archive.testPairs
  );
}

/** Named by language and not by role, so that the same figures serve both directions of translation. */
function figuresOf(
  { languages, splits: counts, ...manifest }: CorpusManifest,
  referenceWords: Record<Role, number>,
): Record<string, number> {
  return {
    'training pairs before cleaning': manifest.rawPairs,
    'training pairs after cleaning': manifest.cleanedPairs,
    ...Object.fromEntries(splits.map((split) => [`${split} pairs`, counts[split].pairs])),
    ...Object.fromEntries(roles.map((role) => [`${languages[role]} symbols`, manifest.dictionary[role]])),
    ...Object.fromEntries(
      splits.flatMap((split) =>
        roles.map((role) => [`${split} ${languages[role]} tokens`, counts[split].tokens[role]]),
      ),
    ),
    ...Object.fromEntries(roles.map((role) => [`test ${languages[role]} reference words`, referenceWords[role]])),
  };
}
