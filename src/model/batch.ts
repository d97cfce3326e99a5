import { special } from './architecture.ts';

/** Sentence pairs as rectangles of ids, row by row; every sentence ends in `</s>`. */
export interface Batch {
  /** Sentences. */
  size: number;
  sourceLength: number;
  targetLength: number;
  /** `[size, sourceLength]`, padded on the left. */
  source: Int32Array;
  /**
   * `[size, targetLength]`, what the decoder reads: the target with its `</s>` moved to the front; padded on the right.
   */
  input: Int32Array;
  /** `[size, targetLength]`, what it is to say; padded on the right. */
  target: Int32Array;
  /** Target tokens, padding not counted. */
  tokens: number;
}

/** Ids of one sentence, `</s>` included. */
export type Sentence = Int32Array;

export function collate(sources: readonly Sentence[], targets: readonly Sentence[]): Batch {
  const size = sources.length;
  const sourceLength = longest(sources);
  const targetLength = longest(targets);
  const input = new Int32Array(size * targetLength).fill(special.padding);
  const target = new Int32Array(size * targetLength).fill(special.padding);
  let tokens = 0;
  targets.forEach((sentence, row) => {
    target.set(sentence, row * targetLength);
    input[row * targetLength] = special.end;
    input.set(sentence.subarray(0, -1), row * targetLength + 1);
    tokens += sentence.length;
  });
  return { size, sourceLength, targetLength, source: padLeft(sources, sourceLength), input, target, tokens };
}

/** `[sentences, length]`, padded on the left. */
export function padLeft(sentences: readonly Sentence[], length = longest(sentences)): Int32Array {
  const ids = new Int32Array(sentences.length * length).fill(special.padding);
  sentences.forEach((sentence, row) => ids.set(sentence, (row + 1) * length - sentence.length));
  return ids;
}

export function longest(sentences: readonly Sentence[]): number {
  return sentences.reduce((length, sentence) => Math.max(length, sentence.length), 0);
}
