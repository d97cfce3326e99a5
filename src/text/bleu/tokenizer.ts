import { type Language, withoutSpaces } from '../language.ts';
import { pythonTokens, pythonTrim } from '../unicode.ts';
import { tokenize13a, tokenizeWestern } from './tokenizer-13a.ts';

/** A tokenizer of sacreBLEU's, as its signature names it. */
export type SacrebleuTokenizer = '13a' | 'char' | 'zh';

/** `zh` for Chinese as sacreBLEU has it, `char` for what else has no spaces between words, `13a` for the rest. */
export function tokenizerFor(language: Language): SacrebleuTokenizer {
  if (language === 'zh' || language === 'yue') return 'zh';
  return withoutSpaces.includes(language) ? 'char' : '13a';
}

/** Each takes lowercased text, and gives tokens parted by single spaces. */
export const tokenizers: Readonly<Record<SacrebleuTokenizer, (text: string) => string>> = {
  '13a': tokenize13a,
  char: (text) => Array.from(pythonTokens(text).join('')).join(' '),
  zh: (text) => tokenizeWestern(pythonTrim(text).replace(chinese, ' $& ')),
};

/**
 * Characters that `zh` parts from others. It means U+20000–2A6D6 and U+2F800–2FA1D as well, but writes them so that Python
 * understands U+2001–2A6D and U+2F81–2FA1; what is white space among these only parts.
 */
const chinese =
  /[\u2001-\u2a6d\u2e80-\u2fdf\u2ff0-\u303f\u3100-\u312f\u31a0-\u31bf\u31c0-\u31ef\u3200-\u33ff\u3400-\u4db5\u4e00-\u9fbb\uf900-\ufa2d\ufa30-\ufa6a\ufa70-\ufad9\ufe10-\ufe1f\ufe30-\ufe4f\uff00-\uffef]/g;
