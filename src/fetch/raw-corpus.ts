import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileRecord } from './writer.ts';

/** `raw-corpus.json`, the description in an artifact of type `raw-corpus`; `schemas/artifacts/raw-corpus.schema.json`. */
export interface RawCorpus {
  format: 'parallel' | 'iwslt14';
  /** ISO 639-1. */
  source: string;
  target: string;
  origin: Origin;
  files: FileRecord[];
}

/**
 * Where the data came from. Nothing here depends on the machine or the day: the first of the mirrors, whichever answered,
 * and of a path only the last part.
 */
export type Origin =
  | { url: string; bytes: number; sha256: string }
  | { path: string; bytes: number; sha256: string }
  /** `version` is that of the package which holds the corpus. */
  | { embedded: string; version: string; sha256: string };

/** Creates the folder of the data files in an artifact's folder, and gives its path. */
export async function createFilesFolder(artifact: string): Promise<string> {
  const folder = join(artifact, 'files');
  await mkdir(folder);
  return folder;
}

/** Writes the description, which is what makes the folder an artifact: to be called last. */
export async function writeRawCorpus(artifact: string, corpus: RawCorpus): Promise<void> {
  await writeFile(join(artifact, 'raw-corpus.json'), `${JSON.stringify(corpus, null, 2)}\n`);
}

/** SHA-256 of a list of files: of the lines that `sha256sum` prints for them, in the order of their paths. */
export function listDigest(files: readonly FileRecord[]): string {
  const lines = files.map(({ path, sha256 }) => `${sha256}  ${path}\n`);
  return createHash('sha256').update(lines.join('')).digest('hex');
}

/** Bytes of all files together. */
export function totalBytes(files: readonly FileRecord[]): number {
  return files.reduce((total, { bytes }) => total + bytes, 0);
}
