import { createHash } from 'node:crypto';
import type { Batch } from '../model/batch.ts';
import { lengthsOf, readDictionary, readSplit, type EncodedPairs } from '../text/dataset.ts';
import { CorpusError } from '../text/errors.ts';
import { roles } from '../text/parallel-text.ts';
import { leastPadded } from './grouping.ts';
import { batchOf } from './pairs.ts';

/** All pairs of a split, each once. */
export interface WholeSplit {
  pairs: number;
  /** With the numbers of the pairs in each. */
  batches: { batch: Batch; numbers: number[] }[];
  /** SHA-256 of both sides, sentence by sentence: the same for the same pairs in the same pieces. */
  digest: string;
}

/**
 * Reads a split in parts that an engine can hold at once.
 * @throws CorpusError when it is empty
 */
export function readWholeSplit(corpus: string, split: string, partTokens: number): WholeSplit {
  const pairs = readSplit(corpus, split);
  const [sources, targets] = [lengthsOf(pairs.source), lengthsOf(pairs.target)];
  if (targets.length === 0) throw new CorpusError(`The corpus has no ${split} pairs: losses cannot be measured.`);
  const groups = leastPadded(sources, targets, partTokens);
  return {
    pairs: targets.length,
    batches: groups.map((numbers) => ({ batch: batchOf(pairs, numbers), numbers })),
    digest: digestOf(corpus, pairs),
  };
}

/** SHA-256 of a split's pairs, as `readWholeSplit` gives it. */
export function splitDigest(corpus: string, split: string): string {
  return digestOf(corpus, readSplit(corpus, split));
}

/** The same ids are other pairs under other dictionaries, so that these count too. */
function digestOf(corpus: string, pairs: EncodedPairs): string {
  const hash = createHash('sha256');
  for (const role of roles) {
    const { ids, offsets } = pairs[role];
    hash.update(offsets).update(ids).update(readDictionary(corpus, role).format());
  }
  return hash.digest('hex');
}
