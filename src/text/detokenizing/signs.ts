import { combiningMarks, currency } from '../characters/classes.ts';
import type { Habits } from './habits.ts';
import { endsWithDigit, endsWithWord, startsWithDigit, startsWithWord } from './joints.ts';
import type { Joint } from './joints.ts';

/** How a sign is set between two tokens; either is empty at an end of the line. */
type SignRule = (previous: string, next: string, habits: Habits) => Joint;

const beforeWord: SignRule = (_, next) => (startsWithWord.test(next) ? 'right' : 'none');
const within: SignRule = () => 'both';

const initials = /^[A-ZÄÖÜ]{1,2}$/;
/** `example.org`, as in the address of a mail. */
const domain = /[^.]\.[^.]/;

const signs: Record<string, SignRule> = {
  ':': (previous, next) =>
    (endsWithDigit.test(previous) && startsWithDigit.test(next)) || next === '/' ? 'both' : 'left',
  '…': (previous, next, { ellipsisStands }) =>
    ellipsisStands && endsWithWord.test(previous) && startsWithWord.test(next) ? 'none' : 'left',
  '/': within,
  '_': within,
  '°': (_, next) => (/^[CF]$/.test(next) ? 'both' : 'left'),
  '%': (previous, next, { percentJoins }) => {
    if (/^ig/.test(next)) return 'both';
    return percentJoins || !endsWithDigit.test(previous) ? 'left' : 'none';
  },
  '#': beforeWord,
  '†': beforeWord,
  '@': (previous, next, habits) =>
    endsWithWord.test(previous) && domain.test(next) ? 'both' : beforeWord(previous, next, habits),
  '§': (_, next) => (next === '§' ? 'right' : 'none'),
  '&': (previous, next) => {
    const alike = [initials, startsWithDigit].some((kind) => kind.test(previous) && kind.test(next));
    return alike ? 'both' : 'none';
  },
  '+': (previous, next) => {
    if (startsWithDigit.test(next)) return endsWithDigit.test(previous) ? 'both' : 'right';
    return endsWithWord.test(previous) ? 'left' : 'none';
  },
  '−': (previous, next) => (endsWithWord.test(previous) && startsWithWord.test(next) ? 'both' : 'none'),
};

const opening = /^[([{¿¡]+$/u;
const closing = /^[,.?!;)\]}®™©]+$/u;
const currencySigns = new RegExp(`^[${currency}]+$`, 'u');
/** ½, ². */
const fractionOrPower = /^[¹²³¼-¾⅐-⅞⁰-⁹₀-₉]+$/;
/** Accents apart from their letters. */
const combining = new RegExp(`^[${combiningMarks}]+$`);

/** How a token of signs is set; undefined for a word. */
export function jointOfSign(token: string, previous: string, next: string, habits: Habits): Joint | undefined {
  if (closing.test(token)) return 'left';
  if (opening.test(token)) return 'right';
  if (Object.hasOwn(signs, token)) return signs[token](previous, next, habits);
  if (currencySigns.test(token)) {
    const amount = habits.currencyLeads ? startsWithWord : startsWithDigit;
    return amount.test(next) && !endsWithDigit.test(previous) ? 'right' : 'none';
  }
  if (fractionOrPower.test(token)) return endsWithWord.test(previous) ? 'left' : 'none';
  if (combining.test(token)) return startsWithWord.test(next) ? 'both' : 'left';
  return undefined;
}
