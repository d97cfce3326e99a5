import { alphabetic } from '../characters/classes.ts';
import type { Habits } from './habits.ts';
import { startsWithLetter } from './joints.ts';

/** What a straight mark, single or double, is where it stands. */
export type MarkRole = 'opens' | 'closes' | 'apostrophe before' | 'apostrophe after' | 'apostrophe within';

/** Words, numbers and abbreviations. */
const mayHaveEnding = new RegExp(`[${alphabetic}\\d]$|[${alphabetic}]\\.$`, 'u');
/** What an apostrophe parts from a name: O'Neill, D'Angelo, l'Oréal. */
const nameParts = /(?:^|-)(?:[ODLNldn]|[Qq]u|dell|all)$/;
const startsWithMark = new RegExp(`^'[${alphabetic}]`, 'u');
/** What a quotation is closed before. */
const afterQuotation = /^[.,!?;:…)\]]+$/;
/** What a quotation is opened after. */
const beforeQuotation = /^[:([„“]$/;
const endOfSentence = /^[.,!?…]+$/;

/** Whether a mark between two tokens stands within a word. */
export function isWithinWord(previous: string, next: string, { endings }: Habits): boolean {
  if (!mayHaveEnding.test(previous)) return false;
  return endings.test(next) || (nameParts.test(previous) && startsWithLetter.test(next));
}

/**
 * Roles of all tokens that are the mark. Quotation marks open and close by turns. A mark after s, x, z or ß is an
 * apostrophe, unless the marks that must be quotation marks then do not pair up.
 */
export function rolesOfMarks(tokens: readonly string[], mark: string, habits: Habits): Map<number, MarkRole> {
  const roles = new Map<number, MarkRole>();
  const quotation: number[] = [];
  for (const [i, token] of tokens.entries()) {
    if (token !== mark) continue;
    const role = mark === "'" ? apostropheAt(tokens, i, habits) : undefined;
    if (role === undefined) quotation.push(i);
    else roles.set(i, role);
  }
  const doubtful = (i: number): boolean => mark === "'" && mayBeGenitive(tokens[i - 1] ?? '', habits);
  // The tokeniser leaves a mark at the start of a line to its word.
  let isOpen = mark === "'" && startsWithMark.test(tokens[0] ?? '') && !habits.beginnings.test(tokens[0].slice(1));
  let certain = quotation.filter((i) => !doubtful(i)).length;
  for (const i of quotation) {
    if (!doubtful(i)) certain--;
    else if ((certain + (isOpen ? 1 : 0)) % 2 === 0) {
      roles.set(i, 'apostrophe after');
      continue;
    }
    isOpen = beforeQuotation.test(tokens[i - 1] ?? '') || (!isOpen && !closesOtherLine(tokens, i, certain, habits));
    roles.set(i, isOpen ? 'opens' : 'closes');
  }
  return roles;
}

function apostropheAt(tokens: readonly string[], i: number, habits: Habits): MarkRole | undefined {
  const next = tokens[i + 1] ?? '';
  if (isWithinWord(tokens[i - 1] ?? '', next, habits)) return 'apostrophe within';
  return habits.beginnings.test(next) ? 'apostrophe before' : undefined;
}

/** Whether an apostrophe may follow for the genitive. */
function mayBeGenitive(word: string, { neverGenitive }: Habits): boolean {
  return /[sxzß]$/i.test(word) && !neverGenitive.test(word);
}

/** Whether a mark that nothing opened ends what another line began. */
function closesOtherLine(tokens: readonly string[], i: number, toCome: number, { saying }: Habits): boolean {
  if (i === 0) return false;
  if (i === tokens.length - 1 || afterQuotation.test(tokens[i + 1])) return true;
  return toCome % 2 === 0 && endOfSentence.test(tokens[i - 1]) && !saying.test(tokens[i - 2] ?? '');
}
