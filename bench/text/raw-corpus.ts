import { copyFileSync, existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { RawFile } from '../../src/text/corpora/raw-corpus.ts';
import { CorpusError } from '../../src/text/errors.ts';
import { splits } from '../../src/text/parallel-text.ts';
import type { RecipeOptions } from '../../src/text/recipe.ts';

/** The settings of the IWSLT'14 recipe, for parallel files. */
export const recipeOptions: RecipeOptions = {
  recipe: 'parallel',
  merges: 10_000,
  minLength: 1,
  maxLength: 175,
  ratio: 1.5,
  lowercase: true,
};

const languages = ['de', 'en'] as const;

/** Copies the six files of a German–English corpus, packed or not, into a folder as the stage wants it. */
export function writeRawCorpus(source: string, folder: string): void {
  const found = splits.flatMap((split) => languages.map((language) => locate(source, `${split}.${language}`)));
  const files = path.join(folder, 'files');
  mkdirSync(files, { recursive: true });
  for (const file of found) copyFileSync(file, path.join(files, path.basename(file)));
  describeRawCorpus(folder);
}

/** The files of the training text. */
export function locateTraining(source: string): Record<(typeof languages)[number], string> {
  return { de: locate(source, 'train.de'), en: locate(source, 'train.en') };
}

function locate(folder: string, name: string): string {
  const file = [name, `${name}.gz`]
    .map((candidate) => path.join(folder, candidate))
    .find((candidate) => existsSync(candidate));
  if (file === undefined)
    throw new CorpusError(
      `${folder} holds neither ${name} nor ${name}.gz. Give a folder of {train,valid,test}.{de,en}[.gz].`,
    );
  return file;
}

/** Describes the files in `<folder>/files`. Their checksums are of no use to preprocessing. */
export function describeRawCorpus(folder: string): void {
  const files: RawFile[] = readdirSync(path.join(folder, 'files'))
    .sort()
    .map((name) => ({ path: name, bytes: statSync(path.join(folder, 'files', name)).size, sha256: '' }));
  writeFileSync(
    path.join(folder, 'raw-corpus.json'),
    JSON.stringify({ format: 'parallel', source: 'de', target: 'en', files }),
  );
}
