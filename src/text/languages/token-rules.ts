import { alphabetic, alphanumeric, lowercaseLetter, number } from '../characters/classes.ts';
import type { Language } from '../language.ts';
import { nonbreakingPrefixes } from './prefixes.ts';
import type { PrefixRule } from './prefixes.ts';

export type Rewrite = readonly [pattern: RegExp, replacement: string];

/** What tokenizer.perl does differently from one language to another. */
export interface TokenRules {
  /** Parts characters that are no part of words. */
  special: readonly Rewrite[];
  apostrophes: readonly Rewrite[];
  prefixes: ReadonlyMap<string, PrefixRule>;
}

const letter = `[${alphabetic}]`;
const noLetter = `[^${alphabetic}]`;
const notBeforeLower = `(?=$|[^${lowercaseLetter}])`;

/** Every character but letters, digits, spaces and those with rules of their own becomes a token. */
function specialBut(kept: string): Rewrite {
  return [new RegExp(`[^${alphanumeric} .'\`,\\-${kept}]`, 'gu'), ' $& '];
}

function unlessBeforeLower(character: string): Rewrite {
  return [new RegExp(`${character}${notBeforeLower}`, 'gu'), ` ${character} `];
}

const specialOnly = [specialBut('')];
/** A colon may part an ending from an abbreviation: `EU:ssa`. */
const colonInWords = [specialBut(':'), unlessBeforeLower(':')];

const special: Record<Language, readonly Rewrite[]> = {
  fi: colonInWords,
  sv: colonInWords,
  tdt: [specialBut(''), unlessBeforeLower("'")],
  // The script is not read as UTF-8: its middle dot is these two characters, and one alone always stays in its word.
  ca: [specialBut('·'), unlessBeforeLower('Â·')],
};

const parted = "$1 ' $2";
const betweenOthers: Rewrite = [new RegExp(`(${noLetter})'(${noLetter})`, 'gu'), parted];
const beforeLetter: Rewrite = [new RegExp(`(${noLetter})'(${letter})`, 'gu'), parted];
const afterLetter: Rewrite = [new RegExp(`(${letter})'(${noLetter})`, 'gu'), parted];
const betweenLetters = new RegExp(`(${letter})'(${letter})`, 'gu');

/** `l' été`. */
const elision: readonly Rewrite[] = [betweenOthers, beforeLetter, afterLetter, [betweenLetters, "$1' $2"]];
const glottalStop: readonly Rewrite[] = [betweenOthers, beforeLetter, afterLetter];
/** `it 's`, `the 1990 's`. */
const clitic: readonly Rewrite[] = [
  betweenOthers,
  [new RegExp(`([^${alphabetic}${number}])'(${letter})`, 'gu'), parted],
  afterLetter,
  [betweenLetters, "$1 '$2"],
  [new RegExp(`([${number}])'(s)`, 'gu'), "$1 '$2"],
];
const everyApostrophe: readonly Rewrite[] = [[/'/g, " ' "]];

const apostrophes: Record<Language, readonly Rewrite[]> = {
  en: clitic,
  fr: elision,
  it: elision,
  ga: elision,
  ca: elision,
  so: glottalStop,
  tdt: glottalStop,
};

const made = new Map<Language, TokenRules>();

/** The rules of a language, made when it is first asked for. */
export function tokenRulesOf(language: Language): TokenRules {
  let rules = made.get(language);
  if (rules === undefined) {
    rules = {
      special: special[language] ?? specialOnly,
      apostrophes: apostrophes[language] ?? everyApostrophe,
      prefixes: nonbreakingPrefixes(language),
    };
    made.set(language, rules);
  }
  return rules;
}
