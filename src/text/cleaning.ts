import type { ParallelText } from './parallel-text.ts';
import { collapseSpaces } from './unicode.ts';

export interface CleaningLimits {
  /** Fewest tokens on either side. */
  minLength: number;
  /** Most tokens on either side. */
  maxLength: number;
  /** A pair goes when one side has more than this many times the tokens of the other. */
  ratio: number;
}

/** Why pairs were dropped, and how many. */
export type Dropped = Record<DropReason, number>;
export type DropReason = 'empty' | 'short' | 'long' | 'ratio' | 'overlong';

export const nothingDropped: Readonly<Dropped> = { empty: 0, short: 0, long: 0, ratio: 0, overlong: 0 };

/** Longest token, in code points, that Moses' word aligner can take. */
const longestToken = 1000;

/**
 * Drops the pairs that `clean-corpus-n.perl -ratio <ratio> <minLength> <maxLength>` of Moses drops, and like it
 * squeezes white space in those it keeps: a pair goes if a side is empty or outside the limits, if the ratio of lengths
 * is exceeded in either direction, or if a token is longer than 1,000 characters.
 *
 * @param text tokenised, not yet lowercased
 */
export function cleanCorpus(text: ParallelText, limits: CleaningLimits): ParallelText {
  const clean: ParallelText = { source: [], target: [] };
  for (let i = 0; i < text.source.length; i++) {
    const source = squeeze(text.source[i]);
    const target = squeeze(text.target[i]);
    if (isClean(source, target, limits)) {
      clean.source.push(source);
      clean.target.push(target);
    }
  }
  return clean;
}

function isClean(source: string, target: string, limits: CleaningLimits): boolean {
  const sides = [source, target].map((line) => (line === '' ? [] : line.split(' ')));
  return (
    uncleanLengths(sides[0].length, sides[1].length, limits) === undefined
    && !sides.some((tokens) => tokens.some(isOverlong))
  );
}

/** Why a pair with these numbers of tokens is dropped; undefined for one that is kept. */
export function uncleanLengths(
  source: number,
  target: number,
  { minLength, maxLength, ratio }: CleaningLimits,
): DropReason | undefined {
  const shorter = Math.min(source, target);
  const longer = Math.max(source, target);
  if (shorter === 0) return 'empty';
  if (shorter < minLength) return 'short';
  if (longer > maxLength) return 'long';
  return longer / shorter > ratio ? 'ratio' : undefined;
}

/** How many pairs of so many were dropped and why, where it is more than one in ten; undefined where it is not. */
export function explainDropped(dropped: Dropped, pairs: number, limits: CleaningLimits): string | undefined {
  const total = Object.values(dropped).reduce((sum, count) => sum + count, 0);
  if (total * 10 <= pairs) return undefined;
  const reasons: Record<DropReason, string> = {
    empty: 'with an empty side',
    short: `with a side of fewer than ${limits.minLength} tokens`,
    long: `with a side of more than ${limits.maxLength} tokens`,
    ratio: `with one side more than ${limits.ratio} times as long as the other`,
    overlong: 'with a token of more than 1,000 characters',
  };
  const told = (Object.keys(reasons) as DropReason[]).filter((reason) => dropped[reason] > 0);
  return (
    `Cleaning dropped ${total} of ${pairs} training pairs (${((100 * total) / pairs).toFixed(1)} %): `
    + `${told.map((reason) => `${dropped[reason]} ${reasons[reason]}`).join(', ')}. `
    + 'Check that line n of one side translates line n of the other, or widen the limits.'
  );
}

/** Whether a pair with this token is dropped. */
export function isOverlong(token: string): boolean {
  return token.length > longestToken && [...token].length > longestToken;
}

function squeeze(line: string): string {
  return collapseSpaces(line).replace(/^ | $/g, '');
}
