import { habits } from './detokenizing/habits.ts';
import { joinByMoses, isLeftAlone } from './detokenizing/moses.ts';
import { joinWestern } from './detokenizing/western.ts';
import type { Language } from './language.ts';
import { splitTokens } from './unicode.ts';

const entities: readonly (readonly [RegExp, string])[] = [
  [/&bar;|&#124;/g, '|'],
  [/&lt;/g, '<'],
  [/&gt;/g, '>'],
  [/&bra;/g, '['],
  [/&ket;/g, ']'],
  [/&quot;/g, '"'],
  [/&apos;/g, "'"],
  [/&#91;/g, '['],
  [/&#93;/g, ']'],
  // Last, so that an escaped entity is not unescaped twice.
  [/&amp;/g, '&'],
];

/**
 * Makes readable text of Moses tokens: entities are characters again, punctuation joins the word that it belongs to,
 * and quotation marks join what they enclose. Rules are those of Moses' detokenizer.perl, but for English and
 * German, where rules of our own restore more. The text may differ from what was tokenised, as tokens do not tell all
 * of it.
 *
 * @param line tokens parted by spaces, without BPE separators
 */
export function detokenize(line: string, language: Language): string {
  const own = habits.get(language);
  if (own !== undefined) return joinWestern(splitTokens(unescape(line)), own);
  if (isLeftAlone(line)) return line;
  const words = unescape(` ${line} `.replaceAll(' @-@ ', '-')).split(' ');
  while (words.at(-1) === '') words.pop();
  return joinByMoses(words, language);
}

function unescape(text: string): string {
  return entities.reduce((unescaped, [entity, character]) => unescaped.replace(entity, character), text);
}
