import * as tf from '@tensorflow/tfjs-core';
import { special } from './architecture.ts';
import { padLeft, type Sentence } from './batch.ts';
import { type DecoderState, decodeStep, type Memory, memoriesOf, predict, selectMemories, selectState, startState } from './decoder.ts';
import { encode } from './encoder.ts';
import type { Network } from './network.ts';

export interface BeamOptions {
  beam: number;
  /** α: hypotheses compare by log p / length^α, the length including `</s>`. */
  lengthPenalty: number;
  /** Most tokens of a hypothesis, `</s>` not counted; the least is one. */
  maxLength: number;
}

export interface Hypothesis {
  /** Without `</s>`. */
  ids: number[];
  /** log p / length^α. */
  score: number;
}

/**
 * Beam search over a batch of sentences (each ending in `</s>`), with fairseq's rules: each step considers the 2·beam best
 * continuations of a sentence, those of the best `beam` among them that end it are finished hypotheses, and a sentence is done
 * when `beam` hypotheses are. Returns each sentence's finished hypotheses, best first.
 */
export function beamSearch(net: Network, sources: readonly Sentence[], options: BeamOptions): Hypothesis[][] {
  const finished: Hypothesis[][] = sources.map(() => []);
  let searches: Search[] = sources.map((_, sentence) => ({ sentence, beams: [{ ids: [], logProbability: 0 }] }));
  let memories = keep(() => memoriesOf(net, encode(net, padLeft(sources), sources.length)));
  let state = startState(net);
  for (let step = 0; searches.length > 0; step++) {
    const { rows: continuations, next } = advance(net, memories, state, searches, 2 * options.beam);
    const going: Search[] = [];
    const places: number[] = [];
    const parents: number[] = [];
    let firstRow = 0;
    searches.forEach((search, place) => {
      const rows = continuations.slice(firstRow, firstRow + search.beams.length);
      const done = finished[search.sentence];
      const extended = step === options.maxLength ? end(search, rows, done, options) : extend(search, rows, done, options);
      if (done.length < options.beam && extended.beams.length > 0) {
        going.push({ sentence: search.sentence, beams: extended.beams });
        places.push(place);
        parents.push(...extended.parents.map((parent) => firstRow + parent));
      }
      firstRow += search.beams.length;
    });
    disposeAll(state.mixing);
    evenOut(going, parents);
    state = going.length > 0 ? keep(() => selectState(next, Int32Array.from(parents))) : startState(net);
    disposeAll(next.mixing);
    if (going.length < searches.length) {
      const all = memories;
      memories = going.length > 0 ? keep(() => selectMemories(all, Int32Array.from(places))) : [];
      disposeAll(all);
    }
    searches = going;
  }
  return finished.map((hypotheses) => hypotheses.sort((a, b) => b.score - a.score));
}

interface Beam {
  ids: number[];
  /** −∞ for a beam that only fills a place. */
  logProbability: number;
}

/** A sentence that is still being translated. */
interface Search {
  sentence: number;
  beams: Beam[];
}

/** What can follow one beam. */
interface Continuations {
  best: { id: number; logProbability: number }[];
  /** log p of `</s>`. */
  end: number;
}

/**
 * Gives every sentence as many beams as the one with the most, since they are computed as a rectangle: a small dictionary may leave
 * some with fewer. The beams that fill places are impossible, and lead to nothing.
 */
function evenOut(searches: Search[], parents: number[]): void {
  const most = searches.reduce((count, { beams }) => Math.max(count, beams.length), 0);
  let at = 0;
  for (const { beams } of searches) {
    const missing = most - beams.length;
    at += beams.length;
    parents.splice(at, 0, ...Array<number>(missing).fill(parents[at - 1]));
    for (let i = 0; i < missing; i++) beams.push({ ids: beams[0].ids, logProbability: -Infinity });
    at += missing;
  }
}

/** Reads the last id of every beam; gives its best continuations, and the state after it. */
function advance(
  net: Network, memories: readonly Memory[], state: DecoderState, searches: readonly Search[], count: number,
): { rows: Continuations[]; next: DecoderState } {
  const input = Int32Array.from(searches.flatMap(({ beams }) => beams.map(({ ids }) => ids.at(-1) ?? special.end)));
  let rows: Continuations[] = [];
  const next = keep(() => {
    const { features, state: after } = decodeStep(net, memories, state, input);
    const logits = predict(net, features);
    const types = logits.shape[1];
    const logSum = tf.sub(tf.max(logits, 1), tf.log(tf.max(tf.softmax(logits), 1))).dataSync();
    const ends = tf.slice(logits, [0, special.end], [-1, 1]).dataSync();
    const never = new Float32Array(types);
    never[special.padding] = -Infinity;
    const k = Math.min(count, types - 1);
    const best = tf.topk(tf.add(logits, tf.tensor1d(never)), k);
    const values = best.values.dataSync();
    const ids = best.indices.dataSync();
    rows = Array.from(input, (_, row) => ({
      best: Array.from({ length: k }, (_, i) => ({ id: ids[row * k + i], logProbability: values[row * k + i] - logSum[row] })),
      end: ends[row] - logSum[row],
    }));
    return after;
  });
  return { rows, next };
}

/** One sentence's next beams, and which of its beams each continues; hypotheses that end go to `finished`. */
function extend(
  { beams }: Search, rows: readonly Continuations[], finished: Hypothesis[], options: BeamOptions,
): { beams: Beam[]; parents: number[] } {
  const candidates = rows.flatMap(({ best }, parent) =>
    best.map(({ id, logProbability }) => ({ parent, id, logProbability: beams[parent].logProbability + logProbability })))
    // No translation is empty: fairseq's least length of 1.
    .filter(({ parent, id, logProbability }) => logProbability > -Infinity && (id !== special.end || beams[parent].ids.length > 0));
  candidates.sort((a, b) => b.logProbability - a.logProbability || a.parent - b.parent || a.id - b.id);
  const next: { beams: Beam[]; parents: number[] } = { beams: [], parents: [] };
  candidates.slice(0, 2 * options.beam).forEach(({ parent, id, logProbability }, rank) => {
    if (id === special.end) {
      if (rank < options.beam && finished.length < options.beam) finished.push(hypothesis(beams[parent].ids, logProbability, options));
    } else if (next.beams.length < options.beam) {
      next.beams.push({ ids: [...beams[parent].ids, id], logProbability });
      next.parents.push(parent);
    }
  });
  return next;
}

/** At the greatest length every beam must end, at what ending costs it. */
function end({ beams }: Search, rows: readonly Continuations[], finished: Hypothesis[], options: BeamOptions): { beams: Beam[]; parents: number[] } {
  const ended = beams.map(({ ids, logProbability }, i) => hypothesis(ids, logProbability + rows[i].end, options)).filter(({ score }) => score > -Infinity);
  ended.sort((a, b) => b.score - a.score);
  finished.push(...ended.slice(0, options.beam - finished.length));
  return { beams: [], parents: [] };
}

function hypothesis(ids: number[], logProbability: number, { lengthPenalty }: BeamOptions): Hypothesis {
  return { ids, score: logProbability / (ids.length + 1) ** lengthPenalty };
}

/** Runs `make` and disposes of every tensor it made but those in its result: `tf.tidy` for results that its types do not know. */
function keep<T>(make: () => T): T {
  return tf.tidy(() => make() as tf.TensorContainer) as T;
}

function disposeAll(tensors: object): void {
  tf.dispose(tensors as tf.TensorContainer);
}
