import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { RawCorpus } from '../../src/text/corpora/raw-corpus.ts';
import type { RawText } from '../../src/text/formats/format.ts';
import type { ParallelCorpus, ParallelText } from '../../src/text/parallel-text.ts';

/** Writes a raw corpus of six plain files, German to English, its description included. */
export function writeParallel(folder: string, corpus: ParallelCorpus): RawCorpus {
  mkdirSync(path.join(folder, 'files'), { recursive: true });
  for (const [split, { source, target }] of Object.entries(corpus)) {
    for (const [language, lines] of [
      ['de', source],
      ['en', target],
    ] as const) {
      writeFileSync(path.join(folder, 'files', `${split}.${language}`), lines.map((line) => `${line}\n`).join(''));
    }
  }
  return describeRawCorpus(folder, { format: 'parallel', source: 'de', target: 'en' });
}

/** Describes the files that lie below `<folder>/files`, in `<folder>/raw-corpus.json`. */
export function describeRawCorpus(folder: string, about: Omit<RawCorpus, 'files'>): RawCorpus {
  const root = path.join(folder, 'files');
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((file) => statSync(path.join(root, file)).isFile())
    .sort()
    .map((file) => {
      const bytes = readFileSync(path.join(root, file));
      return { path: file, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
    });
  const corpus = { ...about, files };
  writeFileSync(path.join(folder, 'raw-corpus.json'), JSON.stringify(corpus));
  return corpus;
}

/** All lines of a text that a format has found. */
export async function readAll({ blocks }: RawText): Promise<ParallelText> {
  const text: ParallelText = { source: [], target: [] };
  for await (const block of blocks) {
    text.source.push(...block.source.split('\n'));
    text.target.push(...block.target.split('\n'));
  }
  return text;
}
