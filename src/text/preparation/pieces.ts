import type { BpeEncoder } from '../bpe/apply.ts';
import type { EncodedText } from '../dataset.ts';
import { Dictionary, special } from '../dictionary.ts';
import { IntList } from '../int-list.ts';
import type { Role } from '../parallel-text.ts';
import { splitTokens } from '../unicode.ts';
import type { NumberedText } from './numbered-text.ts';

/**
 * The pieces of every word of a vocabulary: BPE looks at one word at a time, so each distinct word is split once, and a
 * text of any size is encoded by looking up numbers.
 */
export class PieceTable {
  /** Text of each piece. */
  private readonly pieces: string[] = [];
  /** Pieces of all words end to end: those of word w are from `starts[w]` to `starts[w + 1] - 1`. */
  private readonly contents: Int32Array;
  private readonly starts: Int32Array;

  constructor(words: readonly string[], encoder: BpeEncoder) {
    const numbers = new Map<string, number>();
    const contents = new IntList();
    this.starts = new Int32Array(words.length + 1);
    words.forEach((word, i) => {
      // fairseq splits a line of pieces at all white space, so that a word of nothing else has no piece.
      for (const piece of splitTokens(encoder.encodeWord(word))) {
        let number = numbers.get(piece);
        if (number === undefined) {
          number = this.pieces.push(piece) - 1;
          numbers.set(piece, number);
        }
        contents.push(number);
      }
      this.starts[i + 1] = contents.length;
    });
    this.contents = contents.toArray();
  }

  /**
   * The dictionary of a text.
   *
   * @param wordCounts how often each word of the vocabulary stands in it
   */
  dictionary(wordCounts: Float64Array): Dictionary {
    const counts = new Float64Array(this.pieces.length);
    wordCounts.forEach((count, word) => {
      for (let i = this.starts[word]; i < this.starts[word + 1]; i++) counts[this.contents[i]] += count;
    });
    const present = this.pieces.map((piece, i) => [piece, counts[i]] as const).filter(([, count]) => count > 0);
    return Dictionary.ofCounts(new Map(present));
  }

  /** One side of a text in a dictionary's ids; each sentence ends in `</s>`. */
  encode(text: NumberedText, role: Role, dictionary: Dictionary): EncodedText {
    const { contents, starts } = this;
    const idOfPiece = Int32Array.from(this.pieces, (piece) => dictionary.id(piece));
    let sentences = 0;
    let size = 0;
    for (const part of text) {
      sentences += part[role].lengths.length;
      size += part[role].lengths.length;
      for (const word of part[role].words) size += starts[word + 1] - starts[word];
    }
    const ids = new Int32Array(size);
    const offsets = new Uint32Array(sentences + 1);
    let at = 0;
    let sentence = 0;
    for (const part of text) {
      const { words, lengths } = part[role];
      let next = 0;
      for (const length of lengths) {
        for (const end = next + length; next < end; next++) {
          const stop = starts[words[next] + 1];
          for (let i = starts[words[next]]; i < stop; i++) ids[at++] = idOfPiece[contents[i]];
        }
        ids[at++] = special.end;
        offsets[++sentence] = at;
      }
    }
    return { ids, offsets };
  }
}
