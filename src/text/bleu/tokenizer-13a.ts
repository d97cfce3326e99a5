import { pythonTokens, pythonTrimEnd } from '../unicode.ts';

/** In this order: each rule works on what the one before has made. */
const rules: readonly (readonly [RegExp, string])[] = [
  // Symbols of ASCII but apostrophe, comma, hyphen and full stop.
  [/([{-~[-` -&(-+:-@/])/g, ' $1 '],
  // Full stop and comma, unless between digits.
  [/([^0-9])([.,])/g, '$1 $2 '],
  [/([.,])([^0-9])/g, ' $1 $2'],
  // Hyphen after a digit.
  [/([0-9])(-)/g, '$1 $2 '],
];

/**
 * Tokenises text as sacreBLEU's tokenizer `13a` does, which is that of mteval-v13a.pl, the
 * script of the WMT evaluations.
 *
 * @returns tokens parted by single spaces
 */
export function tokenize13a(text: string): string {
  const joined = pythonTrimEnd(text).replaceAll('<skipped>', '').replaceAll('-\n', '').replaceAll('\n', ' ');
  const unescaped = joined
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>');
  return tokenizeWestern(` ${unescaped} `);
}

/** The rules alone, which sacreBLEU's tokenizer `zh` has as well. */
export function tokenizeWestern(text: string): string {
  return pythonTokens(rules.reduce((line, [pattern, replacement]) => line.replace(pattern, replacement), text)).join(
    ' ',
  );
}
