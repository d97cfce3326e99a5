import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { writeAtomically } from '../disk/files.ts';
import { Diagnostic } from '../runner/diagnostic.ts';

/**
 * Writes a file whose place an option names.
 * @throws Diagnostic where a folder stands in its place, or a file in that of its folder: nothing is moved out of the way
 */
export function writeAsked(file: string, content: string | Uint8Array, option: string): void {
  if (isFolder(file) || !canHaveFolder(path.dirname(file)))
    throw new Diagnostic(`${file} cannot be written: something else stands in its place`, {
      hint: `name another place with ${option}`,
    });
  writeAtomically(file, content, { durable: false });
}

function isFolder(place: string): boolean {
  return existsSync(place) && statSync(place).isDirectory();
}

/** Whether there is such a folder, or room for it. */
function canHaveFolder(folder: string): boolean {
  return existsSync(folder) ? isFolder(folder) : canHaveFolder(path.dirname(folder));
}
