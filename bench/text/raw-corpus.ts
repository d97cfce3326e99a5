import { copyFileSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { RawFile } from '../../src/text/corpora/raw-corpus.ts';
import type { RecipeOptions } from '../../src/text/recipe.ts';

/** The settings of the IWSLT'14 recipe, for parallel files. */
export const recipeOptions: RecipeOptions = { recipe: 'parallel', merges: 10_000, minLength: 1, maxLength: 175, ratio: 1.5, lowercase: true };

/** Copies the six files of a German–English corpus, packed or not, into a folder as the stage wants it. */
export function writeRawCorpus(source: string, folder: string): void {
  const files = path.join(folder, 'files');
  mkdirSync(files, { recursive: true });
  const names = readdirSync(source).filter((name) => /^(train|valid|test)\.(de|en)(\.gz)?$/.test(name));
  for (const name of names) copyFileSync(path.join(source, name), path.join(files, name));
  describeRawCorpus(folder);
}

/** Describes the files in `<folder>/files`. Their checksums are of no use to preprocessing. */
export function describeRawCorpus(folder: string): void {
  const files: RawFile[] = readdirSync(path.join(folder, 'files')).sort().map((name) => (
    { path: name, bytes: statSync(path.join(folder, 'files', name)).size, sha256: '' }
  ));
  writeFileSync(path.join(folder, 'raw-corpus.json'), JSON.stringify({ format: 'parallel', source: 'de', target: 'en', files }));
}
