import type { Merge } from './merge.ts';
import { Segmentation } from './segmentation.ts';
import { PairStatistics } from './statistics.ts';

/** The default of subword-nmt: a pair that occurs only once is not merged. */
const minFrequency = 2;

/**
 * Learns byte pair encoding (Sennrich, Haddow and Birch 2016, algorithm 1) exactly as `subword-nmt learn-bpe` does: the
 * most frequent pair of adjacent symbols becomes a symbol, ties going to the greatest pair by code point; it ends early
 * when no pair occurs twice. Words are parted by ASCII spaces only.
 *
 * @param texts tokenised lines, of one language or more
 * @param merges how many operations to learn
 */
export function learnBpe(texts: Iterable<string>[], merges: number): Merge[] {
  return learnBpeFromCounts(countWords(texts), merges);
}

/** The same from the distinct words and how often each occurs; the order of words makes no difference. */
export function learnBpeFromCounts(counts: Iterable<readonly [word: string, count: number]>, merges: number): Merge[] {
  const words = new Segmentation(counts);
  const statistics = new PairStatistics(words);
  const learned: Merge[] = [];
  while (learned.length < merges) {
    const pair = statistics.takeMostFrequent(minFrequency);
    if (pair === undefined) break;
    learned.push(statistics.symbols(pair));
    statistics.merge(pair);
  }
  return learned;
}

function countWords(texts: Iterable<string>[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const lines of texts) {
    for (const line of lines) {
      for (const word of line.split(' ')) {
        if (word !== '') counts.set(word, (counts.get(word) ?? 0) + 1);
      }
    }
  }
  return counts;
}
