import { alphabetic, alphanumeric, lowercaseClass, number } from './characters/classes.ts';
import type { Language } from './language.ts';
import { hideEllipses, holdsPlaceholder, showEllipses } from './languages/ellipses.ts';
import type { PrefixRule } from './languages/prefixes.ts';
import { tokenRulesOf } from './languages/token-rules.ts';
import type { Rewrite } from './languages/token-rules.ts';
import { collapseSpaces, perlSpace } from './unicode.ts';

const blank = new RegExp(`^${perlSpace}*$`, 'u');
/** Anything but words with single spaces between them. */
const unusualSpace = new RegExp(`[\\0-\\x1f${perlSpace.slice(1, -1).replace(' ', '')}]|  `);
const control = /[\0-\x1f]/g;
const word = new RegExp(`^[${alphanumeric}\\-]+$`, 'u');

/** A comma is a token of its own unless it stands between two digits. */
const commas: readonly Rewrite[] = [
  [new RegExp(`([^${number}]),`, 'gu'), '$1 , '],
  [new RegExp(`,([^${number}])`, 'gu'), ' , $1'],
  [new RegExp(`([${number}]),$`, 'gu'), '$1 ,'],
];

const endsInPeriod = /^(.+)\.$/su;
const hasLetter = new RegExp(`[${alphabetic}]`, 'u');
export const startsLower = new RegExp(`^[${lowercaseClass}]`, 'u');
export const startsWithDigit = /^[0-9]/;

const escapes: Record<string, string> = {
  '&': '&amp;',
  '|': '&#124;',
  '<': '&lt;',
  '>': '&gt;',
  "'": '&apos;',
  '"': '&quot;',
  '[': '&#91;',
  ']': '&#93;',
};
const escaped = /[&|<>'"[\]]/g;

/**
 * Splits a line into tokens parted by one space, exactly as `tokenizer.perl -l <language>` of Moses does without
 * further flags: `& | < > ' " [ ]` become entities, hyphens stay, punctuation is not normalised, a blank line comes
 * back as it was. As there, a line that ends in `.'` keeps a space at its end.
 *
 * @param line one sentence without its line feed
 */
export function tokenize(line: string, language: Language): string {
  if (isBlank(line)) return line;
  const { special, apostrophes, prefixes } = tokenRulesOf(language);
  let text = rewrite(normalizeSpaces(line), special);
  text = hideEllipses(text);
  if (text.includes(',')) text = rewrite(text, commas);
  if (text.includes("'")) text = rewrite(text, apostrophes);
  text = splitPeriods(text, prefixes);
  text = text.replace(/ +/g, ' ').replace(/^ | $/g, '');
  text = text.replace(/\.' ?$/, " . ' ");
  return showEllipses(text).replace(escaped, (character) => escapes[character]);
}

/** Whether there are only letters, digits and hyphens, which no rule is about. */
export function isWord(chunk: string): boolean {
  return word.test(chunk) && !holdsPlaceholder(chunk);
}

/** Whether there is nothing but white space, as Perl understands it. */
export function isBlank(line: string): boolean {
  return blank.test(line);
}

/** Control characters go, white space becomes single ASCII spaces, and none at the ends. */
export function normalizeSpaces(line: string): string {
  if (!line.startsWith(' ') && !line.endsWith(' ') && !unusualSpace.test(line)) return line;
  return collapseSpaces(line).replace(control, '').replace(/ +/g, ' ').replace(/^ | $/g, '');
}

function rewrite(text: string, rules: readonly Rewrite[]): string {
  for (const [pattern, replacement] of rules) text = text.replace(pattern, replacement);
  return text;
}

/**
 * Parts the period at the end of each word from it, unless the word is an abbreviation or the sentence plainly goes on.
 */
function splitPeriods(text: string, rules: ReadonlyMap<string, PrefixRule>): string {
  if (!text.includes('.')) return text;
  const words = text.replace(/ +$/, '').split(' ');
  const last = words.length - 1;
  return words
    .map((word, i) => {
      const stem = endsInPeriod.exec(word)?.[1];
      if (stem === undefined || (i < last && keepsPeriod(stem, words[i + 1], rules))) return word;
      return `${stem} .`;
    })
    .join(' ');
}

/**
 * `next` is empty where two spaces follow, as after a separated token: such a neighbour
 * counts as neither word nor number.
 */
function keepsPeriod(stem: string, next: string, rules: ReadonlyMap<string, PrefixRule>): boolean {
  if (stem.includes('.') && hasLetter.test(stem)) return true;
  const rule = rules.get(stem);
  return rule === 'always' || startsLower.test(next) || (rule === 'before-number' && startsWithDigit.test(next));
}
