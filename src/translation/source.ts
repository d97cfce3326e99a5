import { sentencesOf } from '../batching/pairs.ts';
import type { Sentence } from '../model/batch.ts';
import { StageError } from '../runner/stage.ts';
import { readSplit } from '../text/dataset.ts';

/**
 * The sentences of a split that are to be translated.
 * @throws StageError for a split without any
 */
export function readSource(corpus: string, split: string): Sentence[] {
  const sentences = sentencesOf(readSplit(corpus, split).source);
  if (sentences.length === 0) throw new StageError(`The corpus has no ${split} sentences to translate.`);
  return sentences;
}
