import * as tf from '@tensorflow/tfjs-core';
import { logProbabilitiesOf, topLogProbabilities } from '../tensor/ops/top.ts';
import { special } from './architecture.ts';
import { padLeft, type Sentence } from './batch.ts';
import {
  type DecoderState,
  decodeStep,
  type Memory,
  memoriesOf,
  predict,
  selectMemories,
  startState,
} from './decoder.ts';
import { encode } from './encoder.ts';
import type { Network } from './network.ts';

export interface BeamOptions {
  beam: number;
  /** α: hypotheses compare by log p / length^α, the length including `</s>`. */
  lengthPenalty: number;
  /** Most tokens of a hypothesis, `</s>` not counted. */
  maxLength: number;
  /** Fewest; one unless told, as fairseq has it. */
  minLength?: number;
}

export interface Hypothesis {
  /** Without `</s>`. */
  ids: number[];
  /** log p / length^α. */
  score: number;
}

/**
 * Beam search over a batch of sentences (each ending in `</s>`), with fairseq's rules: each step considers the 2·beam
 * best continuations of a sentence, those of the best `beam` among them that end it are finished hypotheses, and a
 * sentence is done when `beam` hypotheses are. Returns each sentence's finished hypotheses, best first.
 */
export function beamSearch(net: Network, sources: readonly Sentence[], options: BeamOptions): Hypothesis[][] {
  const finished: Hypothesis[][] = sources.map(() => []);
  let searches: Search[] = sources.map((_, sentence) => ({ sentence, beams: [{ ids: [], logProbability: 0 }] }));
  let memories = keep(() => memoriesOf(net, encode(net, padLeft(sources), sources.length)));
  let state = startState;
  for (let step = 0; searches.length > 0; step++) {
    const isLast = step === options.maxLength;
    const { rows: continuations, next } = advance(net, memories, state, searches, (logits) =>
      isLast ? endings(logits) : best(logits, 2 * options.beam),
    );
    const going: Search[] = [];
    const places: number[] = [];
    const parents: number[] = [];
    let firstRow = 0;
    searches.forEach((search, place) => {
      const rows = continuations.slice(firstRow, firstRow + search.beams.length);
      const done = finished[search.sentence];
      const extended = isLast ? end(search, rows, done, options) : extend(search, rows, done, options);
      if (done.length < options.beam && extended.beams.length > 0) {
        going.push({ sentence: search.sentence, beams: extended.beams });
        places.push(place);
        parents.push(...extended.parents.map((parent) => firstRow + parent));
      }
      firstRow += search.beams.length;
    });
    disposeAll(state.mixing);
    evenOut(going, parents);
    state = { ...next, parents: Int32Array.from(parents) };
    if (going.length < searches.length) {
      const all = memories;
      memories = going.length > 0 ? keep(() => selectMemories(all, Int32Array.from(places))) : [];
      disposeAll(all);
    }
    searches = going;
  }
  disposeAll(state.mixing);
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

/** What can follow one beam, best first. */
type Continuations = { id: number; logProbability: number }[];

/**
 * Gives every sentence as many beams as the one with the most, since they are computed as a rectangle: a small
 * dictionary may leave some with fewer. The beams that fill places are impossible, and lead to nothing.
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

/**
 * Reads the last id of every beam; gives what follows it, which `choose` takes from the logits
 * `[beams, types]`, and the state after it.
 */
function advance(
  net: Network,
  memories: readonly Memory[],
  state: DecoderState,
  searches: readonly Search[],
  choose: (logits: tf.Tensor2D) => Continuations[],
): { rows: Continuations[]; next: DecoderState } {
  const input = Int32Array.from(searches.flatMap(({ beams }) => beams.map(({ ids }) => ids.at(-1) ?? special.end)));
  let rows: Continuations[] = [];
  const next = keep(() => {
    const { features, state: after } = decodeStep(net, memories, state, input);
    rows = choose(predict(net, features));
    return after;
  });
  return { rows, next };
}

/** The `count` best continuations of each beam; padding is none. */
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

/** One sentence's next beams, and which of its beams each continues; hypotheses that end go to `finished`. */
function extend(
  { beams }: Search,
  rows: readonly Continuations[],
  finished: Hypothesis[],
  options: BeamOptions,
): { beams: Beam[]; parents: number[] } {
  const { minLength = 1 } = options;
  const candidates = rows
    .flatMap((continuations, parent) =>
      continuations.map(({ id, logProbability }) => ({
        parent,
        id,
        logProbability: beams[parent].logProbability + logProbability,
      })),
    )
    .filter(
      ({ parent, id, logProbability }) =>
        logProbability > -Infinity && (id !== special.end || beams[parent].ids.length >= minLength),
    );
  candidates.sort((a, b) => b.logProbability - a.logProbability || a.parent - b.parent || a.id - b.id);
  const next: { beams: Beam[]; parents: number[] } = { beams: [], parents: [] };
  candidates.slice(0, 2 * options.beam).forEach(({ parent, id, logProbability }, rank) => {
    if (id === special.end) {
      if (rank < options.beam && finished.length < options.beam)
        finished.push(hypothesis(beams[parent].ids, logProbability, options));
    } else if (next.beams.length < options.beam) {
      next.beams.push({ ids: [...beams[parent].ids, id], logProbability });
      next.parents.push(parent);
    }
  });
  return next;
}

/** At the greatest length every beam must end, at what ending costs it. */
function end(
  { beams }: Search,
  rows: readonly Continuations[],
  finished: Hypothesis[],
  options: BeamOptions,
): { beams: Beam[]; parents: number[] } {
  const ended = beams
    .map(({ ids, logProbability }, i) => hypothesis(ids, logProbability + rows[i][0].logProbability, options))
    .filter(({ score }) => score > -Infinity);
  ended.sort((a, b) => b.score - a.score);
  finished.push(...ended.slice(0, options.beam - finished.length));
  return { beams: [], parents: [] };
}

function hypothesis(ids: number[], logProbability: number, { lengthPenalty }: BeamOptions): Hypothesis {
  return { ids, score: logProbability / (ids.length + 1) ** lengthPenalty };
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
