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
  return areCleanLengths(sides[0].length, sides[1].length, limits) && !sides.some((tokens) => tokens.some(isOverlong));
}

/** Whether a pair with these numbers of tokens is kept. */
export function areCleanLengths(
  source: number,
  target: number,
  { minLength, maxLength, ratio }: CleaningLimits,
): boolean {
  const shorter = Math.min(source, target);
  const longer = Math.max(source, target);
  return shorter > 0 && shorter >= minLength && longer <= maxLength && longer / shorter <= ratio;
}

/** Whether a pair with this token is dropped. */
export function isOverlong(token: string): boolean {
  return token.length > longestToken && [...token].length > longestToken;
}

function squeeze(line: string): string {
  return collapseSpaces(line).replace(/^ | $/g, '');
}
