import { type Batch, collate, type Sentence } from '../model/batch.ts';
import type { EncodedPairs, EncodedText } from '../text/dataset.ts';

/** Pairs of a split, by their numbers, as a batch. */
export function batchOf(pairs: EncodedPairs, numbers: readonly number[]): Batch {
  return collate(
    numbers.map((number) => sentence(pairs.source, number)),
    numbers.map((number) => sentence(pairs.target, number)),
  );
}

export function sentence({ ids, offsets }: EncodedText, index: number): Sentence {
  return ids.subarray(offsets[index], offsets[index + 1]);
}

/** All of a text. */
export function sentencesOf(text: EncodedText): Sentence[] {
  return Array.from({ length: text.offsets.length - 1 }, (_, i) => sentence(text, i));
}
