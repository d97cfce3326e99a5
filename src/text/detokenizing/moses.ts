import { alphabetic, currency } from '../characters/classes.ts';
import type { Language } from '../language.ts';
import { endsWithLetter, startsWithLetter } from './joints.ts';
import { splitTokens } from '../unicode.ts';

const opening = new RegExp(`^[${currency}([{¿¡]+$`, 'u');
const closing = /^[,.?!:;\\%}\])]+$/;
/** French sets these off from the word before. */
const setOffInFrench = /^[?!:;\\%]$/;
const quotes = /^['"„“`]+$/;
const lowOrHighQuotes = /^[„“]+$/;
const elided = new RegExp(`[${alphabetic}]'$`, 'u');
const digits = /^[0-9]+$/;
/** Words that Czech joins with a hyphen: conditionals (`-li`) and `e-mail`. */
const hyphenatedInCzech = /^(?:li$|mail)/i;
/** Endings that Finnish puts after the colon of an abbreviation. */
const finnishEnding = new RegExp(
  '^(?:N|n|A|a|Ä|ä|[Ss]s[aä]|[Ss]t[aä]|[Hh][uyaäö]n|[UuYyAaÄäÖö]n|[Ss]een|[Ll]l[aäe]|[Ll]t[aä]|[Kk]s[ie]|[Tt]ta|[Ii]ne)'
    + '(?:ni|si|mme|nne|nsa)?(?:k[oö]|h[aä]n|p[aä]|kaan|kään|kin)?$',
);
/** Ranges of Chinese, Japanese and Korean characters. */
const cjk =
  '\\u1100-\\u11ff\\u2e80-\\ua4cf\\ua840-\\ua87f\\uac00-\\ud7af\\uf900-\\ufaff\\ufe30-\\ufe4f\\uff65-\\uffdc\\u{20000}-\\u{2ffff}';
const startsCjk = new RegExp(`^[${cjk}]`, 'u');
const endsCjk = new RegExp(`[${cjk}]$`, 'u');

/** Whether Moses leaves a line as it is, entities included: a blank one, or one that looks like a tag. */
export function isLeftAlone(line: string): boolean {
  return /^<.+>$/.test(line) || splitTokens(line).length === 0;
}

/**
 * Joins tokens as Moses' detokenizer.perl does.
 *
 * @param words without entities; an empty one stands for a second space in a row
 */
export function joinByMoses(words: readonly string[], language: Language): string {
  let text = '';
  let space = ' ';
  const open = new Map<string, boolean>();
  const set = (word: string, before: string, after: string): void => {
    text += before + word;
    space = after;
  };
  for (let i = 0; i < words.length; i++) {
    const word = words[i];
    const previous = words[i - 1] ?? '';
    const next = words[i + 1] ?? '';
    if (startsCjk.test(word)) {
      set(word, endsCjk.test(previous) && language !== 'ko' ? '' : space, ' ');
    } else if (opening.test(word)) {
      set(word, space, '');
    } else if (closing.test(word)) {
      set(word, language === 'fr' && setOffInFrench.test(word) ? ' ' : '', ' ');
    } else if (language === 'cs' && isFraction(words, i)) {
      set(word, '', ' ');
    } else if ((language === 'fr' || language === 'it') && elided.test(word) && startsWithLetter.test(next)) {
      set(word, space, '');
    } else if (language === 'cs' && isHyphenated(words, i)) {
      set(word + next, space, '');
      i++;
    } else if (quotes.test(word)) {
      const mark = lowOrHighQuotes.test(word) ? '"' : word;
      // In Czech, these are always the first and the last of a pair.
      if (language === 'cs' && (word === '„' || word === '“')) open.set(mark, word === '“');
      if (open.get(mark)) set(word, '', ' ');
      else set(word, space, '');
      open.set(mark, !open.get(mark));
    } else if (language === 'fi' && previous.endsWith(':') && finnishEnding.test(word)) {
      set(word.toLowerCase(), '', ' ');
    } else {
      set(word, space, ' ');
    }
  }
  return text.replace(/ +/g, ' ').replace(/^ | $/g, '');
}

/** Whether digits follow digits and a comma or a period. */
function isFraction(words: readonly string[], i: number): boolean {
  return i > 1 && digits.test(words[i - 2]) && /^[.,]$/.test(words[i - 1]) && digits.test(words[i]);
}

function isHyphenated(words: readonly string[], i: number): boolean {
  return (
    i < words.length - 3
    && endsWithLetter.test(words[i])
    && /^[-–]$/.test(words[i + 1])
    && hyphenatedInCzech.test(words[i + 2])
  );
}
