/**
 * What Python's `str.split` and `str.rstrip` take for white space. JavaScript's `\s` lacks some of
 * it, and has the byte order mark.
 */
const space = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;

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
  const joined = withoutTrailingSpace(text).replaceAll('<skipped>', '').replaceAll('-\n', '').replaceAll('\n', ' ');
  const unescaped = joined
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>');
  const parted = rules.reduce((line, [pattern, replacement]) => line.replace(pattern, replacement), ` ${unescaped} `);
  // At single characters: a repeated pattern would overflow V8's stack on a run of millions.
  return parted
    .split(space)
    .filter((token) => token !== '')
    .join(' ');
}

/** Python's `rstrip`. A pattern for it would try every run of white space anew at each of its characters. */
function withoutTrailingSpace(text: string): string {
  let end = text.length;
  while (end > 0 && space.test(text[end - 1])) end--;
  return text.slice(0, end);
}
