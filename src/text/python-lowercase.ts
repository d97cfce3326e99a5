import { cased, caseIgnorable } from './characters/classes.ts';
import { lowercase } from './lowercase.ts';

/** A capital sigma at the end of a word: after a letter that has case and before none, what does not count left out. */
const finalSigma = new RegExp(
  `(?<=(?![${caseIgnorable}])[${cased}][${caseIgnorable}]*)Σ(?![${caseIgnorable}]*(?![${caseIgnorable}])[${cased}])`,
  'gu',
);

/**
 * Lowercases as `str.lower` of Python 3.11 does, by Unicode 14: as Perl, but for a sigma at the end of a word.
 */
export function pythonLowercase(text: string): string {
  return lowercase(text.includes('Σ') ? text.replace(finalSigma, 'ς') : text);
}
