import { roles } from '../parallel-text.ts';
import type { Role } from '../parallel-text.ts';
import type { NumberedLines } from './block.ts';
import type { CrewBlock } from './crew.ts';
import { WordNumbers } from './word-numbers.ts';

/** Sentence pairs as word numbers, in the parts that they were prepared in. */
export type NumberedText = Record<Role, NumberedLines>[];

/** The words of a whole corpus, numbered across the blocks of all its texts. */
export class Vocabulary {
  /** The word of each number. */
  readonly words: string[] = [];
  private readonly numbers = new WordNumbers();

  /** Makes the function that turns the word numbers of one text's preparers into those of this vocabulary, in place. */
  translator(): (block: CrewBlock) => Record<Role, NumberedLines> {
    const tables: number[][] = [];
    return ({ preparer, block }) => {
      if (block.restarted || tables[preparer] === undefined) tables[preparer] = [];
      const table = tables[preparer];
      if (block.newWords !== '') {
        for (const word of block.newWords.split(' ')) table.push(this.numbers.number(word));
        for (const word of this.numbers.takeNew()) this.words.push(word);
      }
      for (const role of roles) {
        const { words } = block[role];
        for (let i = 0; i < words.length; i++) words[i] = table[words[i]];
      }
      return { source: block.source, target: block.target };
    };
  }
}

export function countPairs(text: NumberedText): number {
  return text.reduce((sum, { source }) => sum + source.lengths.length, 0);
}

/** How often each word of the vocabulary stands on one side of a text. */
export function countWords(text: NumberedText, role: Role, { words }: Vocabulary): Float64Array {
  const counts = new Float64Array(words.length);
  for (const part of text) {
    for (const word of part[role].words) counts[word]++;
  }
  return counts;
}

/** The pairs whose index satisfies a condition. */
export function selectPairs(text: NumberedText, keep: (pair: number) => boolean): NumberedText {
  let first = 0;
  return text.map((part) => {
    const start = first;
    first += part.source.lengths.length;
    return {
      source: selectLines(part.source, (i) => keep(start + i)),
      target: selectLines(part.target, (i) => keep(start + i)),
    };
  });
}

function selectLines({ words, lengths }: NumberedLines, keep: (line: number) => boolean): NumberedLines {
  let end = 0;
  const kept: number[] = [];
  lengths.forEach((length, line) => {
    end += length;
    if (keep(line)) for (let i = end - length; i < end; i++) kept.push(words[i]);
  });
  return { words: Int32Array.from(kept), lengths: lengths.filter((_, line) => keep(line)) };
}

/** The lines of one side, their words parted by single spaces. */
export function linesOf(text: NumberedText, role: Role, { words }: Vocabulary): string[] {
  return text.flatMap((part) => {
    let end = 0;
    return Array.from(part[role].lengths, (length) => {
      end += length;
      return Array.from(part[role].words.subarray(end - length, end), (word) => words[word]).join(' ');
    });
  });
}
