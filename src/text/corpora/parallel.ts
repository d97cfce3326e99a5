import { CorpusError } from '../errors.ts';
import type { ParallelText, Role, Split } from '../parallel-text.ts';
import { readLines } from './files.ts';
import { countLines } from './line-blocks.ts';
import { locate } from './raw-corpus.ts';
import type { RawCorpus } from './raw-corpus.ts';

/**
 * Finds the two files of a split, which have the languages' codes as extension (`train.de`), and counts their lines: line n of one
 * must translate line n of the other.
 */
export async function locateParallel(
  folder: string, corpus: RawCorpus, split: Split,
): Promise<{ files: Record<Role, string>; pairs: number }> {
  const names = { source: `${split}.${corpus.source}`, target: `${split}.${corpus.target}` };
  const files = { source: locate(folder, corpus, names.source), target: locate(folder, corpus, names.target) };
  const pairs = await countLines(files.source);
  checkAligned(pairs, await countLines(files.target), names.source, names.target);
  return { files, pairs };
}

/** Reads two files of which line n of one translates line n of the other. */
export function readPair(folder: string, corpus: RawCorpus, sourceName: string, targetName: string): ParallelText {
  return aligned(readLines(locate(folder, corpus, sourceName)), readLines(locate(folder, corpus, targetName)), sourceName, targetName);
}

/** Pairs two texts line by line, which must be equally long. */
export function aligned(source: string[], target: string[], sourceName: string, targetName: string): ParallelText {
  checkAligned(source.length, target.length, sourceName, targetName);
  return { source, target };
}

function checkAligned(source: number, target: number, sourceName: string, targetName: string): void {
  if (source !== target) {
    throw new CorpusError(`${sourceName} has ${source} lines but ${targetName} has ${target}: `
      + 'line n of one must translate line n of the other.');
  }
  if (source === 0) throw new CorpusError(`${sourceName} and ${targetName} are empty.`);
}
