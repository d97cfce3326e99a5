import { BpeEncoder, removeBpe } from './bpe/apply.ts';
import type { Merge } from './bpe/merge.ts';
import { detokenize } from './detokenizer.ts';
import type { Dictionary } from './dictionary.ts';
import type { Language } from './language.ts';
import { lowercase } from './lowercase.ts';
import type { Role } from './parallel-text.ts';
import { tokenize } from './tokenizer.ts';

/** What a corpus was made with, as far as lines of other text need it. */
export interface LineRecipe {
  languages: Record<Role, Language>;
  lowercase: boolean;
  merges: readonly Merge[];
  dictionaries: Record<Role, Dictionary>;
}

/** A translation as tokens and as text. */
export interface DecodedLine {
  /** BPE removed, parted by spaces. */
  tokens: string;
  text: string;
}

/** Turns single lines into ids, as `binarise` does with a whole corpus, and ids into text. */
export class LineCodec {
  private readonly bpe: BpeEncoder;

  constructor(private readonly recipe: LineRecipe) {
    this.bpe = new BpeEncoder(recipe.merges);
  }

  /** Ids of a raw source line, ending in `</s>`; of a line without words, that alone. */
  encode(line: string): Int32Array {
    const { languages, lowercase: folds, dictionaries } = this.recipe;
    const tokens = tokenize(line, languages.source);
    return Int32Array.from(dictionaries.source.encode(this.bpe.encodeLine(folds ? lowercase(tokens) : tokens)));
  }

  /** A piece of a source line. */
  sourceSymbol(id: number): string {
    return this.recipe.dictionaries.source.symbols[id];
  }

  /** Text of target ids, `</s>` or not. */
  decode(ids: Iterable<number>): DecodedLine {
    const tokens = removeBpe(this.recipe.dictionaries.target.decode(ids));
    return { tokens, text: detokenize(tokens, this.recipe.languages.target) };
  }
}
