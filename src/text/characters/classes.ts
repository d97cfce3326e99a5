import classes from './unicode-14.json' with { type: 'json' };

/**
 * Classes of characters as Perl 5.36 has them, by Unicode 14, for use within the brackets of a regular expression with the
 * flag `u`. JavaScript's own `\p{…}` follow the Unicode of the Node.js that runs: U+0363–036F are letters from
 * Unicode 16 on, and each version adds letters. (Made by scripts/tables/unicode.pl.)
 */
export const alphabetic = asRanges(classes.alphabetic);
/** Letters and decimal digits, Perl's `\p{IsAlnum}`. */
export const alphanumeric = alphabetic + asRanges(classes.decimalDigit);
export const number = asRanges(classes.number);
export const lowercaseClass = asRanges(classes.lowercase);
export const lowercaseLetter = asRanges(classes.lowercaseLetter);
export const currency = asRanges(classes.currency);
/** Characters that `lc` changes. */
export const hasLowercase = asRanges(classes.hasLowercase);
/** What has case, and what does not count where a word ends. */
export const cased = asRanges(classes.cased);
export const caseIgnorable = asRanges(classes.caseIgnorable);
/** The blocks of combining marks, whatever is in them by now. */
export const combiningMarks = asRanges('300-36f 1ab0-1aff 1dc0-1dff 20d0-20ff fe20-fe2f');

/** The characters themselves, as V8 does not optimise an expression of more than 20 KiB. */
function asRanges(codes: string): string {
  const character = (code: string): string => String.fromCodePoint(Number.parseInt(code, 16));
  return codes.replace(/[0-9a-f]+/g, character).replaceAll(' ', '');
}
