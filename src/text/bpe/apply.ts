import { endOfWord } from './merge.ts';
import type { Merge } from './merge.ts';

/** Follows every piece of a word but the last. */
export const separator = '@@';

/** Splits words into pieces by merge operations, as `subword-nmt apply-bpe` does. Remembers the words it has seen. */
export class BpeEncoder {
  private readonly ranks = new Map<string, number>();
  private readonly cache = new Map<string, string>();

  constructor(merges: readonly Merge[]) {
    merges.forEach((pair, rank) => {
      const key = pair.join(' ');
      if (!this.ranks.has(key)) this.ranks.set(key, rank);
    });
  }

  /** Splits each word of a tokenised line; spaces at either end stay, runs of spaces within become one. */
  encodeLine(line: string): string {
    const [, before, inner, after] = /^( *)(.*?)( *)$/su.exec(line)!;
    return before + inner.split(' ').filter((word) => word !== '').map((word) => this.encodeWord(word)).join(' ') + after;
  }

  /** The pieces of a word, as text: `spra@@ che`. */
  encodeWord(word: string): string {
    let pieces = this.cache.get(word);
    if (pieces === undefined) {
      pieces = this.split(word).join(`${separator} `);
      this.cache.set(word, pieces);
    }
    return pieces;
  }

  /** Merges the earliest learned pair of the word, at each of its places from left to right, until none is left. */
  private split(word: string): string[] {
    let symbols = [...word];
    const last = symbols.length - 1;
    // A word of one character is never looked up, so that it cannot be the end of another.
    if (last === 0) return symbols;
    symbols[last] += endOfWord;
    while (symbols.length > 1) {
      const next = this.earliest(symbols);
      if (next === undefined) break;
      symbols = mergePair(symbols, symbols[next], symbols[next + 1]);
    }
    symbols.push(symbols.pop()!.slice(0, -endOfWord.length));
    return symbols;
  }

  /** Where the pair of lowest rank stands first. */
  private earliest(symbols: readonly string[]): number | undefined {
    let found: number | undefined;
    let lowest = Infinity;
    for (let i = 0; i + 1 < symbols.length; i++) {
      const rank = this.ranks.get(`${symbols[i]} ${symbols[i + 1]}`) ?? Infinity;
      if (rank < lowest) {
        lowest = rank;
        found = i;
      }
    }
    return found;
  }
}

function mergePair(symbols: readonly string[], first: string, second: string): string[] {
  const merged: string[] = [];
  for (let i = 0; i < symbols.length; i++) {
    if (symbols[i] === first && symbols[i + 1] === second) {
      merged.push(first + second);
      i++;
    } else {
      merged.push(symbols[i]);
    }
  }
  return merged;
}

/** Joins the pieces of words again. A line that ends within a word, as a cut translation may, loses the separator. */
export function removeBpe(line: string): string {
  return `${line} `.replaceAll(`${separator} `, '').replace(/ $/, '');
}
