import { special } from '../model/architecture.ts';
import type { Sentence } from '../model/batch.ts';
import { beamSearch } from '../model/beam-search.ts';
import type { BeamOptions, Hypothesis } from '../model/hypotheses.ts';
import { type Network, packWeights } from '../model/network.ts';
import { StageError } from '../runner/stage.ts';
import { groupsWithin } from '../batching/grouping.ts';

export interface DecodingOptions extends BeamOptions {
  /** Most sentences that are translated at once. */
  batchSentences: number;
  /** Most tokens that are translated at once, padding included. */
  batchTokens: number;
  /** Most hypotheses to give for each sentence, at most `beam`. */
  nBest: number;
}

/**
 * The best hypotheses of each sentence (ids that end in `</s>`), best first, at least one; what is in a batch with a
 * sentence changes nothing for it. Nothing but `</s>` stays that, for certain: a line without words has no translation.
 * @throws StageError when a beam cannot finish that many, or the weights lead to nothing
 */
export function decode(
  net: Network,
  sentences: readonly Sentence[],
  options: DecodingOptions,
  onProgress?: (done: number) => void,
): Hypothesis[][] {
  const batches = decoding(sentences, options, onProgress);
  let turn = batches.next();
  packWeights(net);
  while (!turn.done) turn = batches.next(beamSearch(net, turn.value, options));
  return turn.value;
}

/** `decode` without a network: yields batches to be searched, takes the finished hypotheses of each sentence of one. */
export function* decoding(
  sentences: readonly Sentence[],
  { beam, nBest, batchSentences, batchTokens }: DecodingOptions,
  onProgress: (done: number) => void = () => undefined,
): Generator<Sentence[], Hypothesis[][], Hypothesis[][]> {
  if (nBest > beam)
    throw new StageError(
      `nBest is ${nBest}, and a beam of ${beam} finishes no more than ${beam} hypotheses: raise beam, or lower nBest.`,
    );
  const results: Hypothesis[][] = sentences.map(() => [empty]);
  const filled = sentences.flatMap((ids, i) => (isEmpty(ids) ? [] : [i]));
  // Sentences of one length together waste nothing on padding; each goes back to its place.
  const order = filled.sort((a, b) => sentences[a].length - sentences[b].length || a - b);
  let done = sentences.length - filled.length;
  for (const batch of groupsWithin(order, (i) => sentences[i].length, batchTokens, batchSentences)) {
    const finished = yield batch.map((i) => sentences[i]);
    finished.forEach((hypotheses, i) => {
      if (hypotheses.length === 0)
        throw new StageError(
          'The model gives no translation a probability: its weights overflow, as after training that diverged.',
        );
      results[batch[i]] = hypotheses.slice(0, nBest);
    });
    done += batch.length;
    onProgress(done);
  }
  return results;
}

const empty: Hypothesis = { ids: [], score: 0 };

function isEmpty(ids: Sentence): boolean {
  return ids.length === 1 && ids[0] === special.end;
}

/** A score as it is printed: with as many digits as single precision holds of a log probability. */
export function rounded(score: number): number {
  return Number(score.toFixed(6));
}
