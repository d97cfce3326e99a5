import type { TextBlock } from '../corpora/line-blocks.ts';
import type { RawCorpus } from '../corpora/raw-corpus.ts';
import type { PublishedRecipe } from './published.ts';

/** A way of laying out the files of a raw corpus: where each split's text is, and how it is read. */
export interface CorpusFormat {
  /** What of a raw corpus is there, by the names of its files. Nothing is read. */
  layout(raw: RawCorpus): CorpusLayout;
  /** What others have published of a corpus in this format, for comparison. */
  published?: PublishedRecipe;
}

/** The texts of a raw corpus; what is not there is absent. */
export interface CorpusLayout {
  train?: OpenText;
  valid?: HeldOutText;
  /** By name, in their order. */
  tests: Readonly<Record<string, HeldOutText>>;
}

/**
 * Where the text of validation or of a test set comes from: from files of its own, which are not
 * cleaned, or from the training text.
 */
export type HeldOutText = { open: OpenText } | Selection | { cut: Cut };

/** The pairs that are taken out of the cleaned training text for validation or test. */
export interface Selection {
  /** @param pair index of a cleaned training pair, from 0 */
  takes(pair: number): boolean;
}

/** The same, with all duplicates of a pair on one side: every n-th, or a sample of so many pairs. */
export type Cut = { every: number } | { pairs: number; seed: number };

/**
 * Finds a text among the files of a raw corpus and counts its pairs.
 *
 * @param folder of the raw corpus
 * @throws CorpusError when files are missing, cannot be read, or do not match each other
 */
export type OpenText = (folder: string, raw: RawCorpus) => Promise<RawText>;

/** A text that was found and is still to be read. */
export interface RawText {
  /** Sentence pairs in all blocks together. */
  pairs: number;
  /** To be read once. A format whose files are small may hold the whole text in memory. */
  blocks: AsyncIterable<TextBlock> | Iterable<TextBlock>;
}
