import { alphabetic } from '../characters/classes.ts';

/** The neighbours that a token is set against without a space. */
export type Joint = 'none' | 'left' | 'right' | 'both';

export const startsWithLetter = new RegExp(`^[${alphabetic}]`, 'u');
export const endsWithLetter = new RegExp(`[${alphabetic}]$`, 'u');
export const startsWithWord = new RegExp(`^[${alphabetic}\\d]`, 'u');
export const endsWithWord = new RegExp(`[${alphabetic}\\d]$`, 'u');
export const startsWithDigit = /^\d/;
export const endsWithDigit = /\d$/;
