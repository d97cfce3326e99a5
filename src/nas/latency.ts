import { performance } from 'node:perf_hooks';
import * as tf from '@tensorflow/tfjs-core';
import { type Architecture, type ModelConfig, special } from '../model/architecture.ts';
import { type DecoderState, decodeStep, memoriesOf, predict, selectState, startState } from '../model/decoder.ts';
import { encode } from '../model/encoder.ts';
import type { Network } from '../model/network.ts';
import { loadNetwork } from '../model/training-step.ts';
import { topLogProbabilities } from '../tensor/ops/top.ts';
import type { ParameterSet } from '../tensor/parameters.ts';

/** Tokens of the sentence and of its translation, `</s>` included: HAT's (Wang et al. 2020) average of IWSLT'14 German-English. */
const tokens = 23;
const beam = 5;

export interface LatencyOptions {
  runs?: number;
  /** Engines compile, cache and allocate in the first runs; these do not count. */
  warmUps?: number;
  /** A clock, in milliseconds. */
  now?: () => number;
}

/**
 * Milliseconds in which this machine's current engine translates one sentence of 23 tokens with beam 5, measured as HAT measures: after
 * a warm-up, mean of the middle of 20 runs (fewer are for tests). The translation is of 23 tokens as well, whatever a network would say of its own, so that
 * the figure depends on the architecture and not on how well it is trained.
 *
 * @param weights of the architecture or of a supernet
 */
export function measureLatency(
  config: ModelConfig, architecture: Architecture, weights: ParameterSet, { runs = 20, warmUps = 3, now = () => performance.now() }: LatencyOptions = {},
): number {
  const net = loadNetwork(config, architecture, weights);
  try {
    for (let i = 0; i < warmUps; i++) translate(net);
    return middleMean(Array.from({ length: runs }, () => {
      const start = now();
      translate(net);
      return now() - start;
    }));
  } finally {
    net.dispose();
  }
}

/** Mean without the tenth that is least and the tenth that is greatest. */
export function middleMean(values: readonly number[]): number {
  const cut = Math.floor(values.length / 10);
  const middle = values.toSorted((a, b) => a - b).slice(cut, values.length - cut);
  return middle.reduce((sum, value) => sum + value, 0) / middle.length;
}

/** The work of a beam search that goes on to the last step: encoding, then steps of all hypotheses, each followed by its choice. */
function translate(net: Network): void {
  tf.tidy(() => {
    const sentence = new Int32Array(tokens).fill(special.unknown);
    sentence[tokens - 1] = special.end;
    const memories = memoriesOf(net, encode(net, sentence, 1));
    let state = startState(net);
    let hypotheses: Hypotheses = { ids: Int32Array.of(special.end), sums: Float64Array.of(0) };
    for (let step = 0; step < tokens; step++) {
      const before = state;
      state = tf.tidy(() => {
        const { features, state: after } = decodeStep(net, memories, before, hypotheses.ids);
        const { parents, ...next } = best(predict(net, features), hypotheses.sums);
        hypotheses = next;
        return selectState(after, parents) as unknown as tf.TensorContainer;
      }) as unknown as DecoderState;
      tf.dispose(before.mixing as tf.TensorContainer);
    }
  });
}

interface Hypotheses {
  /** Last id of each. */
  ids: Int32Array;
  /** Its log-probability. */
  sums: Float64Array;
}

/** The `beam` best continuations of all hypotheses, and which of them each continues. */
function best(logits: tf.Tensor2D, sums: Float64Array): Hypotheses & { parents: Int32Array } {
  const each = 2 * beam;
  const { ids, logProbabilities } = topLogProbabilities(logits, each, special.padding);
  const scores = Array.from(logProbabilities, (logProbability, i) => sums[Math.floor(i / each)] + logProbability);
  // A dictionary may have fewer types than there are places.
  const chosen = [...scores.keys()].filter((i) => ids[i] >= 0).sort((a, b) => scores[b] - scores[a]).slice(0, beam);
  return {
    ids: Int32Array.from(chosen, (i) => ids[i]),
    sums: Float64Array.from(chosen, (i) => scores[i]),
    parents: Int32Array.from(chosen, (i) => Math.floor(i / each)),
  };
}
