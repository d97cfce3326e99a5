import { IntList } from '../int-list.ts';
import { endOfWord } from './merge.ts';

/**
 * The distinct words of a corpus as sequences of symbols. Symbols are numbered by their text: one text is one symbol,
 * however it came about. All words lie in one array; a word only ever becomes shorter, in place.
 */
export class Segmentation {
  /** Text of each symbol. */
  readonly texts: string[] = [];
  /** How often each word occurs. */
  readonly frequencies: Float64Array;
  private readonly ids = new Map<string, number>();
  private readonly starts: Int32Array;
  private readonly lengths: Int32Array;
  private readonly pool: Int32Array;

  constructor(counts: Iterable<readonly [word: string, count: number]>) {
    const frequencies: number[] = [];
    const starts = new IntList();
    const pool = new IntList();
    for (const [text, count] of counts) {
      const characters = [...text];
      characters[characters.length - 1] += endOfWord;
      frequencies.push(count);
      starts.push(pool.length);
      for (const character of characters) pool.push(this.symbol(character));
    }
    this.frequencies = Float64Array.from(frequencies);
    this.starts = starts.toArray();
    this.pool = pool.toArray();
    this.lengths = this.starts.map((start, word) => (this.starts[word + 1] ?? this.pool.length) - start);
  }

  get size(): number {
    return this.frequencies.length;
  }

  /** The symbol with this text. */
  symbol(text: string): number {
    let id = this.ids.get(text);
    if (id === undefined) {
      id = this.texts.length;
      this.texts.push(text);
      this.ids.set(text, id);
    }
    return id;
  }

  /** The symbols of a word; valid until the word is merged. */
  word(word: number): Int32Array {
    return this.pool.subarray(this.starts[word], this.starts[word] + this.lengths[word]);
  }

  /** Replaces each `first second` in the word, left to right and without overlap, by `merged`. */
  replace(word: number, first: number, second: number, merged: number): void {
    const symbols = this.word(word);
    let write = 0;
    for (let read = 0; read < symbols.length; read++) {
      const found = symbols[read] === first && read + 1 < symbols.length && symbols[read + 1] === second;
      symbols[write++] = found ? merged : symbols[read];
      if (found) read++;
    }
    this.lengths[word] = write;
  }
}
