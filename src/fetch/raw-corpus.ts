import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RawCorpus, RawFile } from '../text/corpora/raw-corpus.ts';

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
export function listDigest(files: readonly RawFile[]): string {
  const lines = files.map(({ path, sha256 }) => `${sha256}  ${path}\n`);
  return createHash('sha256').update(lines.join('')).digest('hex');
}

/** Bytes of all files together. */
export function totalBytes(files: readonly RawFile[]): number {
  return files.reduce((total, { bytes }) => total + bytes, 0);
}
