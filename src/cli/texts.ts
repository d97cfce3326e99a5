import { accessSync, constants, existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { Diagnostic } from '../runner/diagnostic.ts';
import { hasCode } from '../disk/files.ts';

/** Where text to translate comes from. */
export type TextSource = { file: string } | { standardInput: true } | { text: string };

/**
 * What each word means: a file to read, `-` for standard input, or else the text itself.
 * Without words it is standard input.
 * @param folder that paths are relative to
 * @throws Diagnostic for a folder, a file that cannot be read, and a word that must be
 * meant for a file that is not there
 */
export function textSources(words: readonly string[], folder: string): TextSource[] {
  if (words.length === 0) return [{ standardInput: true }];
  if (words.filter((word) => word === '-').length > 1) {
    throw new Diagnostic('standard input is named twice', { hint: 'Give - once: what is read is gone.' });
  }
  return words.map((word) => (word === '-' ? { standardInput: true } : (fileNamed(word, folder) ?? { text: word })));
}

function fileNamed(word: string, folder: string): { file: string } | undefined {
  const file = path.resolve(folder, word);
  // Nothing at all would be the folder itself.
  if (word === '' || !existsSync(file)) {
    if (!looksLikePath(word)) return undefined;
    throw new Diagnostic(`${word} does not exist`, {
      hint: `Give a file of text, or none to translate standard input. ${asText(word)}`,
    });
  }
  if (statSync(file).isDirectory())
    throw new Diagnostic(`${word} is a folder`, { hint: `Give a file of text, one sentence a line. ${asText(word)}` });
  try {
    accessSync(file, constants.R_OK);
  } catch (error) {
    if (!hasCode(error, 'EACCES', 'EPERM')) throw error;
    throw new Diagnostic(`${word} cannot be read: permission denied`, {
      hint: 'Ask for the right to read it, or copy it.',
      cause: error,
    });
  }
  return { file };
}

/** By a folder or an ending in it; what has spaces is rather a sentence. */
function looksLikePath(word: string): boolean {
  return !/\s/.test(word) && /[/\\]|\.\p{L}\w*$/u.test(word);
}

function asText(word: string): string {
  return `To translate the word itself, give it to standard input: echo '${word}' | … translate <model>.`;
}
