import type { Network } from '../model/network.ts';
import { corpusBleu } from '../text/bleu/score.ts';
import { removeBpe } from '../text/bpe/apply.ts';
import { readDictionary, readSentences } from '../text/dataset.ts';
import { decode, type DecodingOptions } from './decoding.ts';
import { readSource } from './source.ts';

/** As the stage `bleu` has them. */
const defaults = { lengthPenalty: 1, maxLength: 200, batchSentences: 128, nBest: 1 };

/**
 * The headline BLEU of a network on a split of a corpus, 0 to 100: that of the stage `bleu`, and nothing else of it.
 * @param corpus folder of the corpus
 * @throws StageError for a split without sentences
 */
export function splitBleu(
  net: Network,
  corpus: string,
  split: string,
  options: Pick<DecodingOptions, 'beam' | 'batchTokens'>,
): number {
  const sentences = readSource(corpus, split);
  const dictionary = readDictionary(corpus, 'target');
  const hypotheses = decode(net, sentences, { ...defaults, ...options }).map(([{ ids }]) =>
    removeBpe(dictionary.decode(ids)),
  );
  return corpusBleu(hypotheses, readSentences(corpus, `${split}.target.txt`)).score;
}
