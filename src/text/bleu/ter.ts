import { pythonLowercase } from '../python-lowercase.ts';
import { pythonTokens } from '../unicode.ts';
import { type Alignment, alignmentOf, EditDistance } from './edit-distance.ts';

/** TER of a corpus. */
export interface Ter {
  /** Edits in per cent of the words of the references: 0 is best, and more than 100 is possible. */
  score: number;
  signature: string;
}

/** In the words of the `sacrebleu` package, as `sacrebleuSignature`. */
const signature = 'nrefs:1|case:lc|tok:tercom|norm:no|punct:yes|asian:no|version:2.6.0';

/** Tercom's limits on a shift, in words. */
const longestShift = 10;
const furthestShift = 50;
/** sacreBLEU's own: shifts that are tried for a sentence. */
const mostTried = 1000;

/**
 * Translation edit rate (Snover et al. 2006) as sacreBLEU computes it, after Tercom: insertions, deletions,
 * substitutions and shifts of words.
 *
 * @param hypotheses text that is not tokenised, one sentence an entry, in the order of `references`
 */
export function corpusTer(hypotheses: readonly string[], references: readonly string[]): Ter {
  let [edits, length] = [0, 0];
  hypotheses.forEach((hypothesis, i) => {
    const reference = words(references[i]);
    edits += sentenceEdits(words(hypothesis), reference);
    length += reference.length;
  });
  return { score: 100 * (length > 0 ? edits / length : Math.min(edits, 1)), signature };
}

function words(text: string): string[] {
  return pythonTokens(pythonLowercase(text));
}

/** Shifts as long as the best of them lessens the distance, then the distance itself. */
function sentenceEdits(hypothesis: readonly string[], reference: readonly string[]): number {
  if (reference.length === 0) return hypothesis.length;
  const distance = new EditDistance(reference, hypothesis.length);
  let current = hypothesis;
  let tried = 0;
  for (let shifts = 0; ; shifts++) {
    const before = distance.start(current);
    const best = bestShift(current, reference, distance, before, tried);
    tried = best.tried;
    if (tried >= mostTried || best.gain <= 0) return shifts + before;
    current = best.words;
  }
}

interface Shift {
  /** By which the distance is less. */
  gain: number;
  length: number;
  from: number;
  to: number;
  words: readonly string[];
}

/**
 * The shift of words of the hypothesis to where the reference has them that gains most: of equals the longest, then the
 * first by its start, then by its target.
 *
 * @param tried shifts that were tried before
 */
function bestShift(
  hypothesis: readonly string[],
  reference: readonly string[],
  distance: EditDistance,
  before: number,
  tried: number,
): { gain: number; words: readonly string[]; tried: number } {
  const alignment = alignmentOf(distance.trace());
  let best: Shift | undefined;
  for (const [from, there, length] of equalRuns(hypothesis, reference)) {
    if (!isWorthwhile(alignment, from, there, length)) continue;
    for (const to of targetsOf(alignment, there, length)) {
      const words = shifted(hypothesis, from, length, to);
      const shift = { gain: before - distance.after(words, Math.min(from, to)), length, from, to, words };
      tried++;
      if (!best || isBetter(shift, best)) best = shift;
    }
    if (tried >= mostTried) break;
  }
  return { gain: best?.gain ?? 0, words: best?.words ?? hypothesis, tried };
}

/** Both places must be wrong, and the target must not lie within what is shifted. */
function isWorthwhile({ positions, wrong }: Alignment, from: number, there: number, length: number): boolean {
  const isWrong = (flags: readonly boolean[], start: number) => flags.slice(start, start + length).some(Boolean);
  const target = positions[there];
  return (
    isWrong(wrong.hypothesis, from) && isWrong(wrong.reference, there) && !(from <= target && target < from + length)
  );
}

/** Behind the word that is aligned with the one before the run, and with each of the run; none twice in a row. */
function* targetsOf({ positions }: Alignment, there: number, length: number): Generator<number> {
  let previous = -1;
  for (let at = there - 1; at < there + length; at++) {
    const to = at < 0 ? 0 : positions[at] + 1;
    if (to === previous) continue;
    previous = to;
    yield to;
  }
}

function isBetter(a: Shift, b: Shift): boolean {
  const difference = a.gain - b.gain || a.length - b.length || b.from - a.from || b.to - a.to;
  // Only one place that is reached twice is left, with the same words.
  return difference > 0;
}

/** Runs of words that both have, by start in the hypothesis, start in the reference and length, each in order. */
function* equalRuns(
  hypothesis: readonly string[],
  reference: readonly string[],
): Generator<[from: number, there: number, length: number]> {
  for (let from = 0; from < hypothesis.length; from++) {
    const last = Math.min(reference.length - 1, from + furthestShift);
    for (let there = Math.max(0, from - furthestShift); there <= last; there++) {
      const most = Math.min(longestShift, hypothesis.length - from, reference.length - there);
      for (let n = 0; n < most && hypothesis[from + n] === reference[there + n]; n++) yield [from, there, n + 1];
    }
  }
}

/** The words with `length` of them from `from` on moved before place `to`, which counts without them if it is among them. */
function shifted(words: readonly string[], from: number, length: number, to: number): string[] {
  const moved = words.slice(from, from + length);
  const rest = [...words.slice(0, from), ...words.slice(from + length)];
  const place = to > from + length ? to - length : to;
  return [...rest.slice(0, place), ...moved, ...rest.slice(place)];
}
