import { ownString } from '../own-string.ts';

/** Numbers distinct words from 0, in the order in which they first come. */
export class WordNumbers {
  private readonly numbers = new Map<string, number>();
  private fresh: string[] = [];

  get size(): number {
    return this.numbers.size;
  }

  number(word: string): number {
    let number = this.numbers.get(word);
    if (number === undefined) {
      number = this.numbers.size;
      const own = ownString(word);
      this.numbers.set(own, number);
      this.fresh.push(own);
    }
    return number;
  }

  /** The numbers of a line's words, which are parted by ASCII spaces, one or more. */
  numbersOf(line: string): number[] {
    const numbers: number[] = [];
    for (const word of line.split(' ')) {
      if (word !== '') numbers.push(this.number(word));
    }
    return numbers;
  }

  /** The words numbered since the last call. */
  takeNew(): string[] {
    const { fresh } = this;
    this.fresh = [];
    return fresh;
  }
}
