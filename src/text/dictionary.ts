import { CorpusError } from './errors.ts';
import { compareCodePoints, splitTokens } from './unicode.ts';

/** Ids of the special symbols that every dictionary starts with. */
export const special = { start: 0, padding: 1, end: 2, unknown: 3 } as const;

const specialSymbols = ['<s>', '<pad>', '</s>', '<unk>'];

/** Sizes are a multiple of this, which suits matrix kernels. */
const sizeMultiple = 8;

/** The symbols of one language, numbered as `fairseq-preprocess` does, with their frequencies in the training text. */
export class Dictionary {
  /** Text of each id, specials first, fillers last. */
  readonly symbols: readonly string[];
  private readonly counts: readonly number[];
  private readonly ids: ReadonlyMap<string, number>;

  private constructor(entries: readonly (readonly [symbol: string, count: number])[]) {
    this.symbols = [...specialSymbols, ...entries.map(([symbol]) => symbol)];
    this.counts = entries.map(([, count]) => count);
    this.ids = new Map(this.symbols.map((symbol, id) => [symbol, id]));
  }

  /**
   * Numbers every token of the lines: the most frequent first, ties in ascending order of code points. `madeupword0000`
   * and so on, with frequency 0, as far as the text has no such words, fill the dictionary up to a multiple of 8, the
   * four specials included. A token that is called like a special one is that.
   */
  static build(lines: Iterable<string>): Dictionary {
    const counts = new Map<string, number>();
    for (const line of lines) {
      for (const token of splitTokens(line)) counts.set(token, (counts.get(token) ?? 0) + 1);
    }
    return Dictionary.ofCounts(counts);
  }

  /** The same from how often each token occurs. */
  static ofCounts(counts: ReadonlyMap<string, number>): Dictionary {
    const entries = [...counts]
      .filter(([symbol]) => !specialSymbols.includes(symbol))
      .sort(([a, countA], [b, countB]) => countB - countA || compareCodePoints(a, b));
    for (let number = 0; (entries.length + specialSymbols.length) % sizeMultiple !== 0; number++) {
      const filler = `madeupword${String(number).padStart(4, '0')}`;
      if (!counts.has(filler)) entries.push([filler, 0]);
    }
    return new Dictionary(entries);
  }

  /**
   * Reads fairseq's format, as `format` writes it.
   *
   * @param name of the file, for messages
   */
  static parse(text: string, name: string): Dictionary {
    const lines = text.replace(/\n$/, '').split('\n');
    const seen = new Set(specialSymbols);
    return new Dictionary(
      lines.map((line, i) => {
        // Any character but these two may be part of a symbol: what is white space, Python and Perl say.
        const [, symbol, count] = /^([^ \n]+) ([0-9]+)\r?$/u.exec(line) ?? [];
        if (symbol === undefined)
          throw new CorpusError(`${name}, line ${i + 1}: expected a symbol, a space and its frequency, got '${line}'.`);
        if (seen.has(symbol))
          throw new CorpusError(`${name}, line ${i + 1}: '${symbol}' stands in the dictionary twice.`);
        seen.add(symbol);
        return [symbol, Number(count)] as const;
      }),
    );
  }

  /** Specials and fillers included. */
  get size(): number {
    return this.symbols.length;
  }

  /** One line a symbol, `symbol frequency`, in the order of ids without the specials. */
  format(): string {
    return this.counts.map((count, i) => `${this.symbols[specialSymbols.length + i]} ${count}\n`).join('');
  }

  /** Id of a token; `<unk>`'s if it is not in the dictionary. */
  id(token: string): number {
    return this.ids.get(token) ?? special.unknown;
  }

  /** Ids of the tokens of a line, ending in `</s>`; a token that is not in the dictionary becomes `<unk>`. */
  encode(line: string): number[] {
    const ids = splitTokens(line).map((token) => this.id(token));
    ids.push(special.end);
    return ids;
  }

  /** The tokens of a sentence up to its `</s>`, parted by spaces; other specials but `<unk>` are left out. */
  decode(ids: Iterable<number>): string {
    const tokens: string[] = [];
    for (const id of ids) {
      if (id === special.end) break;
      if (id !== special.start && id !== special.padding) tokens.push(this.symbols[id]);
    }
    return tokens.join(' ');
  }
}
