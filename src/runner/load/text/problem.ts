import { distance } from 'fastest-levenshtein';
import { Diagnostic } from '../../diagnostic.ts';
import { locationOf } from './source.ts';
import type { Span } from './source.ts';

/** A configuration error at a place: the message says what is wrong, the hint what to do. */
export function problem(span: Span, message: string, hint?: string, cause?: unknown): Diagnostic {
  const location = locationOf(span);
  return new Diagnostic(message, { location, frame: span.source.frame(location), hint, cause });
}

/**
 * `did you mean "x"?` when a candidate is near the word, else the candidates themselves while they are few enough to read.
 */
export function suggest(word: string, candidates: Iterable<string>, plural: string): string | undefined {
  const names = [...candidates];
  const near = nearest(word, names);
  if (near !== undefined) return `did you mean "${near}"?`;
  if (names.length === 0) return `there are no ${plural}`;
  if (names.length <= 20) return `${plural}: ${names.join(', ')}`;
  return undefined;
}

/** The candidate that a slip of the keyboard could have turned into the word, if there is one. */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined;
  // About a third of the letters, as compilers do: more than that is another word.
  let bound = Math.floor((word.length + 1) / 3) + 1;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - word.length) >= bound) continue;
    const d = slips(word.toLowerCase(), candidate.toLowerCase());
    if (d < bound) [best, bound] = [candidate, d];
  }
  return best;
}

/** Edits between two words, where two neighbours that changed places count as one. */
function slips(a: string, b: string): number {
  const d = distance(a, b);
  if (d !== 2 || a.length !== b.length) return d;
  const first = [...a].findIndex((c, i) => c !== b[i]);
  return a[first] === b[first + 1] && a[first + 1] === b[first] ? 1 : d;
}
