import * as tf from '@tensorflow/tfjs-core';
import { logProbabilitiesOf, topLogProbabilities } from '../tensor/ops/top.ts';
import { special } from './architecture.ts';
import { padLeft, type Sentence } from './batch.ts';
import { decodeStep, memoriesOf, predict, selectMemories, startState } from './decoder.ts';
import { encode } from './encoder.ts';
import { type BeamOptions, type BeamStep, type Continuations, hypotheses, type Hypothesis } from './hypotheses.ts';
import type { Network } from './network.ts';

/**
 * Beam search over a batch of sentences (each ending in `</s>`), with fairseq's rules: each step considers the 2·beam
 * best continuations of a sentence, those of the best `beam` among them that end it are finished hypotheses, and a
 * sentence is done when `beam` hypotheses are. Returns each sentence's finished hypotheses, best first.
 */
export function beamSearch(net: Network, sources: readonly Sentence[], options: BeamOptions): Hypothesis[][] {
  const search = hypotheses(sources.length, options);
  let memories = keep(() => memoriesOf(net, encode(net, padLeft(sources), sources.length)));
  let state = startState;
  let turn = search.next();
  while (!turn.done) {
    const { places, parents, input, wanted } = turn.value;
    if (places) {
      const all = memories;
      memories = keep(() => selectMemories(all, places));
      disposeAll(all);
    }
    let rows: Continuations[] = [];
    const next = keep(() => {
      const { features, state: after } = decodeStep(net, memories, { ...state, parents }, input);
      rows = continuationsOf(predict(net, features), wanted);
      return after;
    });
    disposeAll(state.mixing);
    state = next;
    turn = search.next(rows);
  }
  disposeAll(state.mixing);
  disposeAll(memories);
  return turn.value;
}

/** Of each row of logits `[rows, types]`. */
function continuationsOf(logits: tf.Tensor2D, wanted: BeamStep['wanted']): Continuations[] {
  return wanted === 'end' ? endings(logits) : best(logits, wanted);
}

/** The `count` best continuations of each row; padding is none. */
function best(logits: tf.Tensor2D, count: number): Continuations[] {
  const { ids, logProbabilities } = topLogProbabilities(logits, count, special.padding);
  return Array.from({ length: logits.shape[0] }, (_, row) =>
    Array.from({ length: count }, (_, i) => ({
      id: ids[row * count + i],
      logProbability: logProbabilities[row * count + i],
    })),
  );
}

/** `</s>` alone, whatever else were better. */
function endings(logits: tf.Tensor2D): Continuations[] {
  return Array.from(logProbabilitiesOf(logits, special.end), (logProbability) => [{ id: special.end, logProbability }]);
}

/**
 * Runs `make` and disposes of every tensor it made but those in its result: `tf.tidy` for
 * results that its types do not know.
 */
function keep<T>(make: () => T): T {
  return tf.tidy(() => make() as tf.TensorContainer) as T;
}

function disposeAll(tensors: object): void {
  tf.dispose(tensors as tf.TensorContainer);
}
