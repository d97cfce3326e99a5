import type { Merge } from './merge.ts';
import { WordSplitter } from './word-splitter.ts';

/** Follows every piece of a word but the last. */
export const separator = '@@';

/** Words that are remembered at once: text of any length must not fill memory. */
const mostRemembered = 1 << 18;

/** Splits words into pieces by merge operations, as `subword-nmt apply-bpe` does. */
export class BpeEncoder {
  private readonly splitter: WordSplitter;
  private readonly cache = new Map<string, string>();

  constructor(merges: readonly Merge[]) {
    this.splitter = new WordSplitter(merges);
  }

  /**
   * Splits each word of a tokenised line, and remembers them; spaces at either end stay,
   * runs of spaces within become one.
   */
  encodeLine(line: string): string {
    const [, before, inner, after] = /^( *)(.*?)( *)$/su.exec(line)!;
    return (
      before
      + inner
        .split(' ')
        .filter((word) => word !== '')
        .map((word) => this.remembered(word))
        .join(' ')
      + after
    );
  }

  /** The pieces of a word, as text: `spra@@ che`. */
  encodeWord(word: string): string {
    return this.splitter.split(word).join(`${separator} `);
  }

  private remembered(word: string): string {
    let pieces = this.cache.get(word);
    if (pieces === undefined) {
      pieces = this.encodeWord(word);
      if (this.cache.size >= mostRemembered) this.cache.clear();
      this.cache.set(word, pieces);
    }
    return pieces;
  }
}

/** Joins the pieces of words again. A line that ends within a word, as a cut translation may, loses the separator. */
export function removeBpe(line: string): string {
  return `${line} `.replaceAll(`${separator} `, '').replace(/ $/, '');
}
