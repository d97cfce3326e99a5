import { endOfWord } from './merge.ts';

/**
 * The distinct words of a corpus as sequences of symbols. Symbols are numbered by their text: one text is one symbol, however
 * it came about. All words lie in one array; a word only ever becomes shorter, in place.
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

  constructor(counts: ReadonlyMap<string, number>) {
    this.frequencies = Float64Array.from(counts.values());
    this.starts = new Int32Array(counts.size);
    this.lengths = new Int32Array(counts.size);
    const pool: number[] = [];
    let word = 0;
    for (const text of counts.keys()) {
      const characters = [...text];
      characters[characters.length - 1] += endOfWord;
      this.starts[word] = pool.length;
      this.lengths[word] = characters.length;
      for (const character of characters) pool.push(this.symbol(character));
      word++;
    }
    this.pool = Int32Array.from(pool);
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
