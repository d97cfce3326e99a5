import type { Language } from './language.ts';
import { ownString } from './own-string.ts';
import { isBlank, isWord, normalizeSpaces, startsLower, startsWithDigit, tokenize } from './tokenizer.ts';

/**
 * What a period at the end of a chunk depends on: whether the line ends there, and how the next chunk starts. `none` is
 * for a chunk without a final period, on which nothing outside it has any effect.
 */
const continuations = { none: '', end: '', lower: ' a', digit: ' 0', other: ' A' } as const;
type Continuation = keyof typeof continuations;

/**
 * The rules for a comma or an apostrophe at the edge of a chunk look at the chunk beside it. Those for a single comma
 * at the end do not: it becomes a token in any case.
 */
const seesBeyond = /^[',]|'$|[',],$/;

/**
 * Longer chunks rarely come twice. With entities of up to 6 characters, no token of a shorter one has
 * the 1,000 that cleaning drops.
 */
const longestChunk = 150;

/** Most chunks to remember of one kind. A full memo is emptied, and soon holds the frequent ones again. */
const memoLimit = 1 << 18;

/**
 * `tokenize` for many lines: the rules of the tokeniser see no further than from one white space to the next, but for a
 * few cases, and so each chunk of text between white space needs to go through them only once. Lines with a chunk that
 * is one of those cases go through them as a whole.
 *
 * @typeParam Result what is wanted of each chunk's tokens, worked out once for each distinct chunk too
 */
export class MemoTokenizer<Result> {
  private readonly memos: Record<Continuation, Map<string, Result>> = {
    none: new Map(),
    end: new Map(),
    lower: new Map(),
    digit: new Map(),
    other: new Map(),
  };
  private readonly language: Language;
  private readonly convert: (tokens: string) => Result;

  /** @param convert makes a result of tokens that are parted by a space */
  constructor(language: Language, convert: (tokens: string) => Result) {
    this.language = language;
    this.convert = convert;
  }

  /** The results for consecutive parts of the line; what `tokenize` gives is those parts, joined by a space. */
  tokenize(line: string): Result[] {
    // `tokenize` gives a blank line back unchanged.
    if (isBlank(line)) return [this.convert(line)];
    const chunks = normalizeSpaces(line).split(' ');
    const results: Result[] = [];
    for (let i = 0; i < chunks.length; i++) {
      const chunk = chunks[i];
      const continuation = chunk.endsWith('.') ? continuationOf(chunks[i + 1]) : 'none';
      let result = this.memos[continuation].get(chunk);
      if (result === undefined) {
        if (chunk.length > longestChunk || seesBeyond.test(chunk)) return [this.convert(tokenize(line, this.language))];
        result = this.remember(chunk, continuation);
      }
      results.push(result);
    }
    return results;
  }

  private remember(chunk: string, continuation: Continuation): Result {
    const memo = this.memos[continuation];
    if (memo.size >= memoLimit) memo.clear();
    const result = this.convert(this.tokensOf(chunk, continuation));
    memo.set(ownString(chunk), result);
    return result;
  }

  private tokensOf(chunk: string, continuation: Continuation): string {
    if (isWord(chunk)) return chunk;
    const context = continuations[continuation];
    const tokens = tokenize(chunk + context, this.language);
    return tokens.slice(0, tokens.length - context.length);
  }
}

function continuationOf(next: string | undefined): Continuation {
  if (next === undefined) return 'end';
  if (startsLower.test(next)) return 'lower';
  return startsWithDigit.test(next) ? 'digit' : 'other';
}
