import { MaxHeap } from './max-heap.ts';
import { endOfWord } from './merge.ts';
import type { Merge } from './merge.ts';

/** More than any word has characters; a rank times this, plus a place, is a number that a double holds exactly. */
const placeLimit = 2 ** 30;

const none = -1;

/**
 * Splits words by merge operations: as long as there is one, the earliest learned pair of the word is merged at
 * each of its places, from left to right. The symbols are a chain and the pairs a heap, so that a word of n
 * characters takes about n · log n steps.
 */
export class WordSplitter {
  private readonly ranks = new Map<string, number>();

  constructor(merges: readonly Merge[]) {
    merges.forEach((pair, rank) => {
      const key = pair.join(' ');
      if (!this.ranks.has(key)) this.ranks.set(key, rank);
    });
  }

  /** The pieces of a word, one or more, which are the word when put together. */
  split(word: string): string[] {
    const symbols = [...word];
    const last = symbols.length - 1;
    // As in subword-nmt, a word of one character has no `</w>` and is never merged.
    if (last <= 0) return symbols;
    symbols[last] += endOfWord;

    const chain = new SymbolChain(symbols, this.ranks);
    // Lowest rank first, and leftmost of one rank.
    const queue = new MaxHeap<number>((a, b) => b - a);
    for (let place = 0; place < last; place++) chain.queuePair(place, (entry) => queue.push(entry));
    const fresh: number[] = [];
    let merging = none;
    for (;;) {
      const entry = queue.pop();
      const rank = entry === undefined ? none : Math.floor(entry / placeLimit);
      if (fresh.length > 0 && rank !== merging) {
        // Pairs that a merge makes wait until it is done everywhere, even if they rank before it.
        if (entry !== undefined) queue.push(entry);
        for (const pair of fresh.splice(0)) queue.push(pair);
        continue;
      }
      if (entry === undefined) break;
      merging = rank;
      chain.merge(entry % placeLimit, rank, (pair) => fresh.push(pair));
    }
    const pieces = chain.toArray();
    pieces.push(pieces.pop()!.slice(0, -endOfWord.length));
    return pieces;
  }
}

/** The symbols of one word; a symbol's place is that of its first character. */
class SymbolChain {
  private readonly symbols: string[];
  private readonly ranks: ReadonlyMap<string, number>;
  private readonly nexts: Int32Array;
  private readonly previous: Int32Array;
  /**
   * Rank of the pair of the symbol at each place and the next one; `none` where there is no
   * such symbol, or no such merge.
   */
  private readonly pairRanks: Int32Array;

  constructor(symbols: string[], ranks: ReadonlyMap<string, number>) {
    this.symbols = symbols;
    this.ranks = ranks;
    this.nexts = new Int32Array(symbols.length);
    this.previous = new Int32Array(symbols.length);
    for (let place = 0; place < symbols.length; place++) {
      this.nexts[place] = place + 1 < symbols.length ? place + 1 : none;
      this.previous[place] = place - 1;
    }
    this.pairRanks = new Int32Array(symbols.length).fill(none);
  }

  /** Notes the rank of the pair that starts at a place, and queues it if it has one. */
  queuePair(place: number, queue: (entry: number) => void): void {
    const rank = this.ranks.get(`${this.symbols[place]} ${this.symbols[this.nexts[place]]}`) ?? none;
    this.pairRanks[place] = rank;
    if (rank !== none) queue(rank * placeLimit + place);
  }

  /**
   * Makes one symbol of the pair at a place, if that is still the pair of this rank, and
   * queues the pairs that come about.
   */
  merge(place: number, rank: number, queue: (entry: number) => void): void {
    if (this.pairRanks[place] !== rank) return;
    const second = this.nexts[place];
    const next = this.nexts[second];
    this.symbols[place] += this.symbols[second];
    this.nexts[place] = next;
    this.pairRanks[place] = none;
    this.pairRanks[second] = none;
    if (next !== none) {
      this.previous[next] = place;
      this.queuePair(place, queue);
    }
    if (this.previous[place] !== none) this.queuePair(this.previous[place], queue);
  }

  toArray(): string[] {
    const symbols: string[] = [];
    for (let place = 0; place !== none; place = this.nexts[place]) symbols.push(this.symbols[place]);
    return symbols;
  }
}
