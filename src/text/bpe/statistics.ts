import { IntList } from '../int-list.ts';
import { compareCodePoints } from '../unicode.ts';
import { MaxHeap } from './max-heap.ts';
import type { Merge } from './merge.ts';
import type { Segmentation } from './segmentation.ts';

/** More symbols than any corpus has; two of them make a number that a double holds exactly. */
const symbolLimit = 2 ** 26;

interface Candidate {
  pair: number;
  /** When it was queued; out of date once the pair's frequency has changed. */
  frequency: number;
}

/**
 * Frequencies of adjacent symbols, kept up to date merge by merge: a merge visits only
 * the words that may hold its pair.
 */
export class PairStatistics {
  private readonly words: Segmentation;
  private readonly pairs = new Map<number, number>();
  private readonly firsts: number[] = [];
  private readonly seconds: number[] = [];
  private readonly frequencies: number[] = [];
  /** Candidates are not updated in place: an outdated one is queued again when it comes to the top. */
  private readonly queue = new MaxHeap<Candidate>((a, b) => a.frequency - b.frequency || this.compare(a.pair, b.pair));
  /** Pairs that gained occurrences in the merge at hand. */
  private readonly gained = new Set<number>();

  /** Words that hold each pair, or once held it, as a chain of entries in the two arrays below. */
  private readonly heads: number[] = [];
  private readonly entryWords = new IntList();
  private readonly entryNexts = new IntList();

  constructor(words: Segmentation) {
    this.words = words;
    for (let word = 0; word < words.size; word++) {
      const symbols = words.word(word);
      for (let i = 1; i < symbols.length; i++) this.add(symbols[i - 1], symbols[i], word);
    }
    this.queueGained();
  }

  /**
   * Takes the most frequent pair out, of several the greatest by code point; none if none occurs `minFrequency` times.
   */
  takeMostFrequent(minFrequency: number): number | undefined {
    for (let top = this.queue.pop(); top !== undefined; top = this.queue.pop()) {
      const frequency = this.frequencies[top.pair];
      if (frequency === top.frequency) return frequency >= minFrequency ? top.pair : undefined;
      if (frequency < top.frequency && frequency > 0) this.queue.push({ pair: top.pair, frequency });
    }
    return undefined;
  }

  symbols(pair: number): Merge {
    return [this.words.texts[this.firsts[pair]], this.words.texts[this.seconds[pair]]];
  }

  /** Makes one symbol of the pair wherever it occurs. */
  merge(pair: number): void {
    const first = this.firsts[pair];
    const second = this.seconds[pair];
    const merged = this.words.symbol(this.words.texts[first] + this.words.texts[second]);
    for (let entry = this.heads[pair]; entry >= 0; entry = this.entryNexts.get(entry)) {
      const word = this.entryWords.get(entry);
      if (!this.discountNeighbours(word, first, second)) continue;
      this.words.replace(word, first, second, merged);
      this.countNeighbours(word, merged);
    }
    this.frequencies[pair] = 0;
    this.queueGained();
  }

  /** Takes away the pairs that overlap an occurrence of `first second`; false if there is none in the word. */
  private discountNeighbours(word: number, first: number, second: number): boolean {
    const symbols = this.words.word(word);
    const { length } = symbols;
    let found = false;
    for (let i = 0; i + 1 < length; i++) {
      if (symbols[i] !== first || symbols[i + 1] !== second) continue;
      found = true;
      if (i > 0) this.remove(symbols[i - 1], first, word);
      // In `a b a b` the pair `b a` is the left neighbour of the second occurrence, and taken away there.
      const another = i + 3 < length && symbols[i + 2] === first && symbols[i + 3] === second;
      if (i + 2 < length && !another) this.remove(second, symbols[i + 2], word);
      i++;
    }
    return found;
  }

  /** Adds the pairs around each `merged` of the word. */
  private countNeighbours(word: number, merged: number): void {
    const symbols = this.words.word(word);
    for (let i = 0; i < symbols.length; i++) {
      if (symbols[i] !== merged) continue;
      if (i > 0) this.add(symbols[i - 1], merged, word);
      // In `ab ab` the pair is the left neighbour of the second one, and added there.
      if (i + 1 < symbols.length && symbols[i + 1] !== merged) this.add(merged, symbols[i + 1], word);
    }
  }

  private add(first: number, second: number, word: number): void {
    const key = first * symbolLimit + second;
    let pair = this.pairs.get(key);
    if (pair === undefined) {
      pair = this.firsts.length;
      this.pairs.set(key, pair);
      this.firsts.push(first);
      this.seconds.push(second);
      this.frequencies.push(0);
      this.heads.push(-1);
    }
    this.frequencies[pair] += this.words.frequencies[word];
    this.gained.add(pair);
    // Words are visited one after another, so one entry serves all occurrences in a word.
    const head = this.heads[pair];
    if (head >= 0 && this.entryWords.get(head) === word) return;
    this.heads[pair] = this.entryWords.length;
    this.entryWords.push(word);
    this.entryNexts.push(head);
  }

  private remove(first: number, second: number, word: number): void {
    this.frequencies[this.pairs.get(first * symbolLimit + second)!] -= this.words.frequencies[word];
  }

  private queueGained(): void {
    for (const pair of this.gained) this.queue.push({ pair, frequency: this.frequencies[pair] });
    this.gained.clear();
  }

  private compare(a: number, b: number): number {
    const [firstA, secondA] = this.symbols(a);
    const [firstB, secondB] = this.symbols(b);
    return compareCodePoints(firstA, firstB) || compareCodePoints(secondA, secondB);
  }
}
