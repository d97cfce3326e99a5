import type { Batch } from '../model/batch.ts';
import { RandomStream } from '../tensor/random.ts';
import { makeBatches } from '../text/batches.ts';
import { type EncodedPairs, lengthsOf, readSplit } from '../text/dataset.ts';
import type { Seed } from '../runner/stage.ts';
import { groupsWithin } from './grouping.ts';
import { batchOf, sentence } from './pairs.ts';

/** Where training stands in its data. */
export interface Cursor {
  /** Epochs before this one. */
  epoch: number;
  /** Batches of this epoch that are used up. */
  batch: number;
}

/**
 * The training split as batches without end: pairs of similar length together, in a new order every epoch (fairseq).
 */
export class TrainingBatches {
  private readonly batches: Int32Array[];
  private shuffled: { epoch: number; order: Uint32Array } | undefined;

  constructor(
    private readonly pairs: EncodedPairs,
    maxTokens: number,
    private readonly seed: Seed,
  ) {
    // Streams of the run and not of the stage: one stage goes on in the epoch in which the one before ended.
    const order = new RandomStream(seed.value, 'training data', 'pairs').permutation(pairs.source.offsets.length - 1);
    this.batches = makeBatches(lengthsOf(pairs.source), lengthsOf(pairs.target), maxTokens, order).batches;
  }

  /** @param folder of a `corpus` artifact */
  static read(folder: string, maxTokens: number, seed: Seed): TrainingBatches {
    return new TrainingBatches(readSplit(folder, 'train'), maxTokens, seed);
  }

  get perEpoch(): number {
    return this.batches.length;
  }

  /** The next batch, in parts that an engine can hold at once, and the cursor after it. */
  next({ epoch, batch }: Cursor, partTokens: number): { parts: Batch[]; cursor: Cursor } {
    // A cursor may come from batches of another size.
    const at = Math.min(batch, this.batches.length - 1);
    const pairs = this.batches[this.orderOf(epoch)[at]];
    const cursor = at + 1 < this.batches.length ? { epoch, batch: at + 1 } : { epoch: epoch + 1, batch: 0 };
    return { parts: partsOf(this.pairs, pairs, partTokens), cursor };
  }

  private orderOf(epoch: number): Uint32Array {
    if (this.shuffled?.epoch !== epoch) {
      const random = new RandomStream(this.seed.value, 'training data', 'batches', epoch);
      this.shuffled = { epoch, order: random.permutation(this.batches.length) };
    }
    return this.shuffled.order;
  }
}

/** Consecutive pairs together, as many as keep sentences × longest side within `partTokens`; at least one. */
function partsOf(pairs: EncodedPairs, chosen: Int32Array, partTokens: number): Batch[] {
  const length = (pair: number) => Math.max(sentence(pairs.source, pair).length, sentence(pairs.target, pair).length);
  return Array.from(groupsWithin(chosen, length, partTokens), (part) => batchOf(pairs, part));
}
