import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { CorpusError } from '../errors.ts';
import type { CorpusFormatName } from '../formats/table.ts';

/**
 * `raw-corpus.json`: the text as it was published, before any step of preprocessing; `schemas/artifacts/raw-corpus.schema.json`.
 * The files lie in `files/` beside it.
 */
export interface RawCorpus {
  format: CorpusFormatName;
  /** ISO 639-1 code of the language to translate from. */
  source: string;
  /** ISO 639-1 code of the language to translate into. */
  target: string;
  origin?: Origin;
  files: RawFile[];
}

/**
 * Where the files came from: an archive or a folder of so many bytes, or the package. Nothing here depends on the machine or the day:
 * of several mirrors it is the first, whichever answered, and of a path only the last part.
 */
export type Origin =
  | { url: string; bytes: number; sha256: string }
  | { path: string; bytes: number; sha256: string }
  /** `version` is that of the npm package which holds the corpus. */
  | { embedded: string; version: string; bytes?: undefined; sha256: string };

export interface RawFile {
  /** Below `files/`, its parts joined by `/`. */
  path: string;
  bytes: number;
  /** Of the content, lower-case hexadecimal. */
  sha256: string;
}

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
    throw new CorpusError(`The raw corpus holds ${name} more than once: ${found.map((file) => file.path).join(', ')}. Keep one of them.`);
  }
  const some = corpus.files.map((file) => file.path).slice(0, 10).join(', ');
  const present = `${some || 'none'}${corpus.files.length > 10 ? ', …' : ''}`;
  throw new CorpusError(`The raw corpus (format ${corpus.format}) lacks the file ${name}. Files: ${present}.`);
}
