import { createHash } from 'node:crypto';
import type { Batch } from '../model/batch.ts';
import { lengthsOf, readSplit, type EncodedPairs } from '../text/dataset.ts';
import { CorpusError } from '../text/errors.ts';
import type { Split } from '../text/parallel-text.ts';
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
export function readWholeSplit(corpus: string, split: Split, partTokens: number): WholeSplit {
  const pairs = readSplit(corpus, split);
  const [sources, targets] = [lengthsOf(pairs.source), lengthsOf(pairs.target)];
  if (targets.length === 0) throw new CorpusError(`The corpus has no ${split} pairs: losses cannot be measured.`);
  const groups = leastPadded(sources, targets, partTokens);
  return {
    pairs: targets.length,
    batches: groups.map((numbers) => ({ batch: batchOf(pairs, numbers), numbers })),
    digest: digestOf(pairs),
  };
}

function digestOf({ source, target }: EncodedPairs): string {
  const hash = createHash('sha256');
  for (const { ids, offsets } of [source, target]) hash.update(offsets).update(ids);
  return hash.digest('hex');
}
