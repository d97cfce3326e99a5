import { distance } from 'fastest-levenshtein';

/** Longer lists are not read. */
const mostListed = 30;

/**
 * `did you mean "x"?` when a candidate is near the word, else those that can be meant
 * while they are few enough to read.
 * @param plural what the candidates are: `stages`
 * @param listed what to list, where that is less than all candidates
 */
export function suggest(
  word: string,
  candidates: Iterable<string>,
  plural: string,
  listed?: Iterable<string>,
): string | undefined {
  const all = [...candidates];
  const meant = didYouMean(word, all);
  if (meant !== undefined) return meant;
  const names = listed === undefined ? all : [...listed];
  if (names.length === 0) return `there are no ${plural}`;
  return names.length <= mostListed ? `${plural}: ${names.join(', ')}` : undefined;
}

/** The same for a word beside which the candidates are listed anyway. */
export function didYouMean(word: string, candidates: Iterable<string>): string | undefined {
  const near = nearest(word, candidates);
  return near === undefined ? undefined : `did you mean "${near}"?`;
}

/** The candidate that a slip of the keyboard could have turned into the word, if there is one. */
function nearest(word: string, candidates: Iterable<string>): string | undefined {
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
