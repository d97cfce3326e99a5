import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { CorpusError } from '../errors.ts';

/** How the files of a raw corpus are laid out, and so which recipe reads them. */
export type RawFormat = 'parallel' | 'iwslt14';

/** `raw-corpus.json`: the text as it was published, before any step of preprocessing. The files lie in `files/` beside it. */
export interface RawCorpus {
  format: RawFormat;
  /** ISO 639-1 code of the language to translate from. */
  source: string;
  /** And of the one to translate into. */
  target: string;
  /** Where the files came from. */
  origin?: {
    /** Of the archive that they were unpacked from, or of the folder that held them. */
    bytes?: number;
  };
  files: RawFile[];
}

export interface RawFile {
  /** Below `files/`, with forward slashes. */
  path: string;
  bytes: number;
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
