import type { Language } from './language.ts';

const entities: readonly (readonly [RegExp, string])[] = [
  [/&bar;|&#124;/g, '|'],
  [/&lt;/g, '<'],
  [/&gt;/g, '>'],
  [/&apos;/g, "'"],
  [/&quot;/g, '"'],
  [/&#91;/g, '['],
  [/&#93;/g, ']'],
  // Last, so that an escaped entity is not unescaped twice.
  [/&amp;/g, '&'],
];

const opening = /^[([{¿¡„]+$/u;
const closing = /^[,.?!:;)\]}%“”…]+$/u;
const clitic = /^'\p{L}/u;

/**
 * Makes readable text of Moses tokens: entities are characters again, punctuation joins the word that it belongs
 * to, and straight quotes join what they enclose, by turns. It follows the rules of Moses' detokenizer.perl for
 * these languages, with one difference: single quotes enclose as double ones do, where Moses joins each to the
 * word before it. An English apostrophe joins the word before it. The text may differ from what was tokenised,
 * as tokens do not tell all of it.
 *
 * @param line tokens parted by spaces, without BPE separators
 */
export function detokenize(line: string, language: Language): string {
  const tokens = entities
    .reduce((text, [entity, character]) => text.replace(entity, character), line)
    .split(' ')
    .filter((token) => token !== '');
  const open = { '"': false, "'": false };
  let text = '';
  // Whether the next token joins the last one.
  let glued = true;
  for (const [i, token] of tokens.entries()) {
    let joinsPrevious = closing.test(token) || (language === 'en' && clitic.test(token));
    let joinsNext = opening.test(token);
    if (token === '"' || token === "'") {
      // An apostrophe after a plural (“the dogs ' owner”): no quote is open, and no later token would close one.
      const possessive =
        language === 'en'
        && token === "'"
        && !open["'"]
        && /s$/i.test(tokens[i - 1] ?? '')
        && !tokens.includes("'", i + 1);
      if (possessive) joinsPrevious = true;
      else {
        joinsPrevious = open[token];
        joinsNext = !open[token];
        open[token] = !open[token];
      }
    }
    text += glued || joinsPrevious ? token : ` ${token}`;
    glued = joinsNext;
  }
  return text;
}
