import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { RawCorpusDocument } from '../../../schemas/types.ts';
import { CorpusError } from '../errors.ts';
import type { TextFile } from './files.ts';

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

/** A file's path without the ending of its packing. */
export function unpackedName(file: string): string {
  return file.replace(/\.gz$/, '');
}

/** One of the corpus's files, called as the user knows it: where it came from, and its place there. */
export function textFile(folder: string, { origin, files }: RawCorpus, file: string): TextFile {
  const from = origin?.path ?? origin?.url ?? origin?.embedded;
  const isItself = files.length === 1 && from !== undefined && from.endsWith(file);
  return {
    path: path.join(folder, 'files', file),
    name: from === undefined || isItself ? (from ?? file) : `${from}/${file}`,
  };
}

/** The first of the corpus's files, for messages. */
export function someFiles({ files }: RawCorpus): string {
  const some = files.slice(0, 10).map((file) => file.path);
  return `${some.join(', ') || 'none'}${files.length > 10 ? ', …' : ''}`;
}

/** Whether the corpus has a file of this name, as `locate` finds it. */
export function has({ files }: RawCorpus, name: string): boolean {
  return files.some((file) => path.posix.basename(unpackedName(file.path)) === name);
}

/** Where the corpus keeps the file of this name, in whatever subfolder, packed (`.gz`) or not. */
export function locate(folder: string, corpus: RawCorpus, name: string): TextFile {
  const found = corpus.files.filter((file) => [name, `${name}.gz`].includes(path.posix.basename(file.path)));
  if (found.length === 1) return textFile(folder, corpus, found[0].path);
  if (found.length > 1) {
    throw new CorpusError(
      `The raw corpus holds ${name} more than once: ${found.map((file) => file.path).join(', ')}. Keep one of them.`,
    );
  }
  throw new CorpusError(
    `The raw corpus (format ${corpus.format}) lacks the file ${name}. Files: ${someFiles(corpus)}.`,
  );
}
