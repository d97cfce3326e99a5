import { CorpusError } from '../errors.ts';
import { splits } from '../parallel-text.ts';
import type { ParallelCorpus, ParallelText } from '../parallel-text.ts';
import { readLines } from './files.ts';
import { locate } from './raw-corpus.ts';
import type { RawCorpus } from './raw-corpus.ts';

/** Reads a corpus of six plain files: `train`, `valid` and `test`, each with the language's code as extension (`train.de`). */
export function readParallel(folder: string, corpus: RawCorpus): ParallelCorpus {
  const [train, valid, test] = splits.map((split) => readPair(folder, corpus, `${split}.${corpus.source}`, `${split}.${corpus.target}`));
  return { train, valid, test };
}

/** Reads two files of which line n of one translates line n of the other. */
export function readPair(folder: string, corpus: RawCorpus, sourceName: string, targetName: string): ParallelText {
  return aligned(readLines(locate(folder, corpus, sourceName)), readLines(locate(folder, corpus, targetName)), sourceName, targetName);
}

/** Pairs two texts line by line, which must be equally long. */
export function aligned(source: string[], target: string[], sourceName: string, targetName: string): ParallelText {
  if (source.length !== target.length) {
    throw new CorpusError(`${sourceName} has ${source.length} lines but ${targetName} has ${target.length}: `
      + 'line n of one must translate line n of the other.');
  }
  if (source.length === 0) throw new CorpusError(`${sourceName} and ${targetName} are empty.`);
  return { source, target };
}
