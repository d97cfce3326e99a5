import { longest, type Sentence } from '../../src/model/batch.ts';
import { beamSearch, type BeamOptions, type Hypothesis } from '../../src/model/beam-search.ts';
import type { Network } from '../../src/model/network.ts';
import { StageError } from '../../src/runner/stage.ts';

export interface DecodingOptions extends BeamOptions {
  /** Most sentences that are translated at once. */
  batchSentences: number;
  /** Most tokens that are translated at once, padding included. */
  batchTokens: number;
  /** Most hypotheses to give for each sentence, at most `beam`. */
  nBest: number;
}

/**
 * The best hypotheses of each sentence (ids that end in `</s>`), best first, at least one; what is in a batch with a sentence changes
 * nothing for it.
 * @throws StageError when a beam cannot finish that many, or the weights lead to nothing
 */
export function decode(net: Network, sentences: readonly Sentence[], options: DecodingOptions, onProgress: (done: number) => void = () => undefined): Hypothesis[][] {
  const { beam, nBest, batchSentences, batchTokens } = options;
  if (nBest > beam) throw new StageError(`nBest is ${nBest}, and a beam of ${beam} finishes no more than ${beam} hypotheses: raise beam, or lower nBest.`);
  // Sentences of one length together waste nothing on padding; each goes back to its place.
  const order = sentences.map((_, i) => i).sort((a, b) => sentences[a].length - sentences[b].length || a - b);
  const results: Hypothesis[][] = [];
  let done = 0;
  for (const batch of batchesOf(order, sentences, batchSentences, batchTokens)) {
    beamSearch(net, batch.map((i) => sentences[i]), options).forEach((hypotheses, i) => {
      if (hypotheses.length === 0) throw new StageError('The model gives no translation a probability: its weights overflow, as after training that diverged.');
      results[batch[i]] = hypotheses.slice(0, nBest);
    });
    done += batch.length;
    onProgress(done);
  }
  return results;
}

/** Consecutive sentences together, at most `most` and `tokens` tokens (sentences × longest) at once, but one at least. */
function* batchesOf(order: readonly number[], sentences: readonly Sentence[], most: number, tokens: number): Generator<number[]> {
  let batch: number[] = [];
  for (const item of order) {
    const grown = [...batch, item];
    if (batch.length > 0 && (grown.length > most || grown.length * longest(grown.map((i) => sentences[i])) > tokens)) {
      yield batch;
      batch = [item];
    } else {
      batch = grown;
    }
  }
  if (batch.length > 0) yield batch;
}
