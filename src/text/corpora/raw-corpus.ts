import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { RawCorpusDocument } from '../../../schemas/types.ts';
import { CorpusError } from '../errors.ts';

/**
 * `raw-corpus.json`: the text as it was published, before any step of preprocessing; the files lie in `files/` beside
 * it. Nothing of its origin depends on the machine or the day: of several mirrors it is the first, whichever answered,
 * and of a path only the last part.
 */
export type RawCorpus = RawCorpusDocument;

export type RawFile = RawCorpusDocument['files'][number];

export type Origin = NonNullable<RawCorpusDocument['origin']>;

/** Reads the description of the raw corpus in a folder. */
export function readRawCorpus(folder: string): RawCorpus {
  const file = path.join(folder, 'raw-corpus.json');
  if (!existsSync(file)) throw new CorpusError(`${folder} holds no raw corpus: raw-corpus.json is missing.`);
  return JSON.parse(readFileSync(file, 'utf8')) as RawCorpus;
}

/** Where the corpus keeps the file of this name, in whatever subfolder, packed (`.gz`) or not. */
export function locate(folder: string, corpus: RawCorpus, name: string): string {
  const found = corpus.files.filter((file) => [name, `${name}.gz`].includes(path.posix.basename(file.path)));
  if (found.length === 1) return path.join(folder, 'files', found[0].path);
  if (found.length > 1) {
    throw new CorpusError(
      `The raw corpus holds ${name} more than once: ${found.map((file) => file.path).join(', ')}. Keep one of them.`,
    );
  }
  const some = corpus.files
    .map((file) => file.path)
    .slice(0, 10)
    .join(', ');
  const present = `${some || 'none'}${corpus.files.length > 10 ? ', …' : ''}`;
  throw new CorpusError(`The raw corpus (format ${corpus.format}) lacks the file ${name}. Files: ${present}.`);
}
