import { appendFileSync, readFileSync } from 'node:fs';
import { digestText } from './digest.ts';
import { isMissing, isUnreadable, setAside, writeAtomically } from './files.ts';

/** Hexadecimal digits of a line's check: one damaged line in four thousand million passes. */
const digits = 8;

/** What a file of checked lines held. */
export interface ReadLines {
  values: unknown[];
  /** Lines that are no longer as they were written; they are gone from the file. */
  damaged: number;
}

/** Appends a value as a line of JSON with a check of its own: `1a2b3c4d [1,2]`. */
export function appendChecked(file: string, value: unknown): void {
  const text = JSON.stringify(value);
  appendFileSync(file, `${checkOf(text)} ${text}\n`);
}

/** Reads what `appendChecked` wrote; a last line that was cut off in the middle is no damage, and goes as well. */
export function readChecked(file: string): ReadLines {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (isMissing(error)) return { values: [], damaged: 0 };
    if (!isUnreadable(error)) throw error;
    setAside(file);
    return { values: [], damaged: 1 };
  }
  const lines = text.split('\n');
  const whole = lines.slice(0, -1);
  const sound = whole.filter((line) => line.startsWith(`${checkOf(line.slice(digits + 1))} `));
  if (sound.length < lines.length - 1 || lines.at(-1) !== '')
    writeAtomically(file, sound.map((line) => `${line}\n`).join(''), { durable: true });
  return {
    values: sound.map((line) => JSON.parse(line.slice(digits + 1)) as unknown),
    damaged: whole.length - sound.length,
  };
}

function checkOf(text: string): string {
  return digestText(text).slice(0, digits);
}
