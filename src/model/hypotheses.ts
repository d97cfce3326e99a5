import { special } from './architecture.ts';

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

/** What can follow one beam, best first. */
export type Continuations = { id: number; logProbability: number }[];

/** What a beam search asks of whoever computes with the network. */
export interface BeamStep {
  /** Steps before this one. */
  step: number;
  /** Those sentences of the step before that go on, by their places there, in order; absent: all of them. */
  places?: Int32Array;
  /** The row of the step before that each row goes on from; at the first step, the sentence that each belongs to. */
  parents: Int32Array;
  /** The id that each row reads. Sentences have equally many rows, one after the other. */
  input: Int32Array;
  /** How many of the best continuations of each row are wanted, or how `</s>` alone follows it. */
  wanted: number | 'end';
}

/**
 * The search of `beamSearch` without a network: yields what is to be computed, takes the continuations of each row, and
 * ends with each sentence's finished hypotheses, best first.
 */
export function* hypotheses(count: number, options: BeamOptions): Generator<BeamStep, Hypothesis[][], Continuations[]> {
  const finished: Hypothesis[][] = Array.from({ length: count }, () => []);
  let searches: Search[] = finished.map((_, sentence) => ({ sentence, beams: [{ ids: [], logProbability: 0 }] }));
  let places: number[] | undefined;
  let parents = searches.map(({ sentence }) => sentence);
  for (let step = 0; searches.length > 0; step++) {
    const isLast = step === options.maxLength;
    const continuations = yield {
      step,
      places: places && Int32Array.from(places),
      parents: Int32Array.from(parents),
      input: Int32Array.from(searches.flatMap(({ beams }) => beams.map(({ ids }) => ids.at(-1) ?? special.end))),
      wanted: isLast ? 'end' : 2 * options.beam,
    };
    const going: Search[] = [];
    const goingPlaces: number[] = [];
    const goingParents: number[] = [];
    let firstRow = 0;
    searches.forEach((search, place) => {
      const rows = continuations.slice(firstRow, firstRow + search.beams.length);
      const done = finished[search.sentence];
      const extended = isLast ? end(search, rows, done, options) : extend(search, rows, done, options);
      if (done.length < options.beam && extended.beams.length > 0) {
        going.push({ sentence: search.sentence, beams: extended.beams });
        goingPlaces.push(place);
        goingParents.push(...extended.parents.map((parent) => firstRow + parent));
      }
      firstRow += search.beams.length;
    });
    evenOut(going, goingParents);
    places = going.length < searches.length ? goingPlaces : undefined;
    parents = goingParents;
    searches = going;
  }
  return finished.map((ended) => ended.sort((a, b) => b.score - a.score));
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
