import { type Batch, collate, type Sentence } from '../../src/model/batch.ts';
import { RandomStream } from '../../src/tensor/random.ts';
import { makeBatches } from '../../src/text/batches.ts';
import { CorpusError } from '../../src/text/errors.ts';
import { type EncodedPairs, type EncodedText, lengthsOf, readSplit } from '../../src/text/dataset.ts';
import type { Seed } from '../../src/runner/stage.ts';
import { groupsWithin, leastPadded } from './groups.ts';

/** Where training stands in its data. */
export interface Cursor {
  /** Epochs before this one. */
  epoch: number;
  /** Batches of this epoch that are used up. */
  batch: number;
}

/** The training split as batches without end: pairs of similar length together, in a new order every epoch (fairseq). */
export class TrainingData {
  private readonly batches: Int32Array[];
  private shuffled: { epoch: number; order: Uint32Array } | undefined;

  constructor(private readonly pairs: EncodedPairs, maxTokens: number, private readonly seed: Seed) {
    // Streams of the run and not of the stage: one stage goes on in the epoch in which the one before ended.
    const order = new RandomStream(seed.value, 'training data', 'pairs').permutation(pairs.source.offsets.length - 1);
    this.batches = makeBatches(lengthsOf(pairs.source), lengthsOf(pairs.target), maxTokens, order).batches;
  }

  static read(folder: string, maxTokens: number, seed: Seed): TrainingData {
    return new TrainingData(readSplit(folder, 'train'), maxTokens, seed);
  }

  get batchesPerEpoch(): number {
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
      this.shuffled = { epoch, order: new RandomStream(this.seed.value, 'training data', 'batches', epoch).permutation(this.batches.length) };
    }
    return this.shuffled.order;
  }
}

/**
 * A random sample of validation pairs with at least `tokens` target tokens (all pairs, if they have no more), in parts that an
 * engine can hold at once.
 */
export function drawValidation(folder: string, tokens: number, partTokens: number, seed: Seed): Batch[] {
  const pairs = readSplit(folder, 'valid');
  if (pairs.target.ids.length === 0) throw new CorpusError('The corpus has no validation pairs: losses cannot be measured.');
  const lengths = lengthsOf(pairs.target);
  const chosen: number[] = [];
  let drawn = 0;
  for (const pair of new RandomStream(seed.value, seed.stream, 'validation').permutation(lengths.length)) {
    if (drawn >= tokens) break;
    chosen.push(pair);
    drawn += lengths[pair];
  }
  const sources = lengthsOf(pairs.source);
  // Their order must not tell in which they were drawn: all pairs give the same batches in any order.
  chosen.sort((a, b) => a - b);
  return leastPadded(chosen.map((pair) => sources[pair]), chosen.map((pair) => lengths[pair]), partTokens)
    .map((group) => batchOf(pairs, group.map((place) => chosen[place])));
}

/** Consecutive pairs together, as many as keep sentences × longest side within `partTokens`; at least one. */
function partsOf({ source, target }: EncodedPairs, chosen: Int32Array, partTokens: number): Batch[] {
  const length = (pair: number) => Math.max(sentence(source, pair).length, sentence(target, pair).length);
  return Array.from(groupsWithin(chosen, length, partTokens), (part) => batchOf({ source, target }, part));
}

function batchOf({ source, target }: EncodedPairs, pairs: readonly number[]): Batch {
  return collate(pairs.map((pair) => sentence(source, pair)), pairs.map((pair) => sentence(target, pair)));
}

export function sentence({ ids, offsets }: EncodedText, index: number): Sentence {
  return ids.subarray(offsets[index], offsets[index + 1]);
}
