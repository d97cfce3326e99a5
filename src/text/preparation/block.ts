import { isOverlong, nothingDropped, uncleanLengths } from '../cleaning.ts';
import type { CleaningLimits, Dropped } from '../cleaning.ts';
import type { TextBlock } from '../corpora/line-blocks.ts';
import { IntList } from '../int-list.ts';
import type { Language } from '../language.ts';
import { lowercase } from '../lowercase.ts';
import { MemoTokenizer } from '../memo-tokenizer.ts';
import { roles } from '../parallel-text.ts';
import type { Role } from '../parallel-text.ts';
import { isBlank, tokenize } from '../tokenizer.ts';
import { WordNumbers } from './word-numbers.ts';

/** What is done to every block of a text. */
export interface Preparation {
  languages: Record<Role, Language>;
  lowercase: boolean;
  /** Pairs outside of them are dropped. Without limits all pairs are kept, and their tokenised lines too. */
  limits?: CleaningLimits;
}

/** Sentences as the numbers of their words, end to end. */
export interface NumberedLines {
  words: Int32Array;
  /** Words of each sentence. */
  lengths: Int32Array;
}

/** A block of text ready for BPE. */
export interface PreparedBlock extends Record<Role, NumberedLines> {
  /** Pairs before cleaning. */
  rawPairs: number;
  /** Those that cleaning dropped. */
  dropped?: Dropped;
  /** Words that were given a number for this block, in order and parted by spaces; empty if none was. */
  newWords: string;
  /** Whether numbers start anew at 0 with this block's new words. */
  restarted: boolean;
  /**
   * The tokenised lines of a text that is not cleaned: BLEU needs them, and word numbers do not keep their white space.
   */
  text?: Record<Role, string[]>;
}

/** Distinct words after which numbering starts anew, which bounds the memory of a worker. */
const vocabularyLimit = 1 << 18;

/** Tokenises, cleans and lowercases blocks of text, and numbers their words across blocks. */
export class BlockPreparer {
  private words = new WordNumbers();
  private readonly preparation: Preparation;
  private tokenizers: Record<Role, MemoTokenizer<readonly number[]>>;
  private readonly vocabularyLimit: number;

  constructor(preparation: Preparation, limit = vocabularyLimit) {
    this.preparation = preparation;
    this.vocabularyLimit = limit;
    this.tokenizers = this.makeTokenizers();
  }

  prepare(block: TextBlock): PreparedBlock {
    const restarted = this.words.size > this.vocabularyLimit;
    if (restarted) {
      this.words = new WordNumbers();
      this.tokenizers = this.makeTokenizers();
    }
    const lines = { source: block.source.split('\n'), target: block.target.split('\n') };
    const { limits } = this.preparation;
    const prepared = limits === undefined ? this.number(lines) : this.clean(lines, limits);
    return { ...prepared, rawPairs: lines.source.length, newWords: this.words.takeNew().join(' '), restarted };
  }

  private clean(
    lines: Record<Role, string[]>,
    limits: CleaningLimits,
  ): Record<Role, NumberedLines> & { dropped: Dropped } {
    const dropped = { ...nothingDropped };
    const source = new SentenceList();
    const target = new SentenceList();
    for (let i = 0; i < lines.source.length; i++) {
      const sides = [
        this.tokenizers.source.tokenize(lines.source[i]),
        this.tokenizers.target.tokenize(lines.target[i]),
      ];
      const isOver = sides.some((parts) => parts.includes(overlong));
      const reason =
        uncleanLengths(countWords(sides[0]), countWords(sides[1]), limits) ?? (isOver ? 'overlong' : undefined);
      if (reason !== undefined) {
        dropped[reason]++;
        continue;
      }
      source.push(sides[0]);
      target.push(sides[1]);
    }
    return { source: source.toNumbered(), target: target.toNumbered(), dropped };
  }

  private number(lines: Record<Role, string[]>): Record<Role, NumberedLines> & { text: Record<Role, string[]> } {
    const [source, target] = roles.map((role) => {
      const text = lines[role].map((line) => this.fold(tokenize(line, this.preparation.languages[role])));
      const sentences = new SentenceList();
      for (const line of text) sentences.push([this.words.numbersOf(line)]);
      return { text, numbered: sentences.toNumbered() };
    });
    return { source: source.numbered, target: target.numbered, text: { source: source.text, target: target.text } };
  }

  private makeTokenizers(): Record<Role, MemoTokenizer<readonly number[]>> {
    const convert = (tokens: string): readonly number[] => {
      // The tokeniser gives a blank line back as it was; cleaning takes it for an empty one.
      if (isBlank(tokens)) return [];
      return tokens.split(' ').some(isOverlong) ? overlong : this.words.numbersOf(this.fold(tokens));
    };
    const make = (role: Role) => new MemoTokenizer(this.preparation.languages[role], convert);
    return { source: make('source'), target: make('target') };
  }

  private fold(text: string): string {
    return this.preparation.lowercase ? lowercase(text) : text;
  }
}

/** Stands for the tokens of a chunk with an overlong one: its pair is dropped. */
const overlong: readonly number[] = [-1];

/** A growing list of sentences, each given in one or more parts. */
class SentenceList {
  private readonly words = new IntList();
  private readonly lengths = new IntList();

  push(parts: readonly (readonly number[])[]): void {
    const before = this.words.length;
    for (const part of parts) {
      for (const word of part) this.words.push(word);
    }
    this.lengths.push(this.words.length - before);
  }

  toNumbered(): NumberedLines {
    return { words: this.words.toArray(), lengths: this.lengths.toArray() };
  }
}

function countWords(parts: readonly (readonly number[])[]): number {
  let words = 0;
  for (const part of parts) words += part.length;
  return words;
}
