import { special } from '../model/architecture.ts';
import { separator } from '../text/bpe/apply.ts';

/** What to do with a line of more tokens than are translated at once. */
export const longLineChoices = ['refuse', 'skip', 'split'] as const;
export type LongLines = (typeof longLineChoices)[number];

/** After what a line is best parted, best first. */
const ends: readonly ((symbol: string) => boolean)[] = [
  (symbol) => /^[.!?…。！？]+$/u.test(symbol),
  (symbol) => /^[,;:–—、，；：]+$/u.test(symbol),
  (symbol) => !symbol.endsWith(separator),
];

/**
 * Parts a sentence into sentences of at most `most` tokens, `</s>` not counted, which put together are the sentence: at
 * the last end of a sentence within the second half of what a part may hold, else of a clause, else of a word.
 *
 * @param ids ending in `</s>`
 */
export function splitSentence(ids: Int32Array, symbolOf: (id: number) => string, most: number): Int32Array[] {
  const parts: Int32Array[] = [];
  const end = ids.length - 1;
  let start = 0;
  while (end - start > most) {
    const places = Array.from({ length: Math.ceil(most / 2) }, (_, i) => start + most - i);
    const isEnd = ends.find((isEnd) => places.some((place) => isEnd(symbolOf(ids[place - 1]))));
    const place = isEnd ? places.find((place) => isEnd(symbolOf(ids[place - 1])))! : places[0];
    parts.push(Int32Array.of(...ids.subarray(start, place), special.end));
    start = place;
  }
  return [...parts, ids.slice(start)];
}
