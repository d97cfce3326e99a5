/** What Perl's `\s` matches in Unicode text. JavaScript's differs: it has U+FEFF and lacks U+0085. */
export const perlSpace = '[\\t-\\r \\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]';

/** What GNU sed's `\s` matches in UTF-8 text, which is glibc's `space`: no-break spaces and U+0085 are not in it. */
export const sedSpace = '[\\t-\\r \\u1680\\u2000-\\u2006\\u2008-\\u200a\\u2028\\u2029\\u205f\\u3000]';

/** What Python's `str.split` and `str.strip` take for white space. */
const pythonSpace = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;

/** Python's `str.split`: what white space parts. */
export function pythonTokens(text: string): string[] {
  // At single characters: a repeated pattern would overflow V8's stack on a run of millions.
  return text.split(pythonSpace).filter((token) => token !== '');
}

/** Python's `str.rstrip`. A pattern for it would try every run of white space anew at each of its characters. */
export function pythonTrimEnd(text: string): string {
  let end = text.length;
  while (end > 0 && pythonSpace.test(text[end - 1])) end--;
  return text.slice(0, end);
}

/** Python's `str.strip`. */
export function pythonTrim(text: string): string {
  let start = 0;
  while (start < text.length && pythonSpace.test(text[start])) start++;
  return pythonTrimEnd(text.slice(start));
}

const spaces = new RegExp(`${perlSpace}+`, 'gu');

/** Every run of white space, as Perl understands it, becomes one ASCII space. */
export function collapseSpaces(text: string): string {
  return text.replace(spaces, ' ');
}

/** Splits at white space; no empty tokens. */
export function splitTokens(text: string): string[] {
  return text.split(spaces).filter((token) => token !== '');
}

/**
 * Orders strings by code point, as Python and `LC_ALL=C sort` do: negative when `a` comes first. JavaScript's `<`
 * compares UTF-16 units, which puts U+E000–U+FFFF after the surrogates that stand for larger code points.
 */
export function compareCodePoints(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return codePointRank(x) - codePointRank(y);
  }
  return a.length - b.length;
}

/** Moves surrogates behind all other UTF-16 units. */
function codePointRank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}
