import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { digestFileSync, digestJson, type ManifestEntry } from './digest.ts';
import { hasCode, readJson, removeTree, syncToDisk } from './files.ts';
import { walkTree } from './tree.ts';

/** File of a sealed folder that says what its other files are. */
const seal = 'seal.json';

/**
 * Writes a folder that is there whole or not at all, with a seal by which damage is noticed when it is read. It
 * survives a power cut once this returns; one of the same name is replaced.
 * @param write puts files into the folder that it is given
 */
export function writeSealed(place: string, write: (draft: string) => void): void {
  // One name for all attempts: what an earlier one left unfinished goes.
  const draft = `${place}.draft`;
  removeTree(draft);
  mkdirSync(draft, { recursive: true });
  write(draft);
  const files = manifestOf(draft);
  writeFileSync(path.join(draft, seal), JSON.stringify({ files, check: digestJson(files) }));
  for (const { absolute, kind } of walkTree(draft)) if (kind !== 'other') syncToDisk(absolute);
  removeTree(place);
  renameSync(draft, place);
  syncToDisk(path.dirname(place));
}

/** Why a folder is not as it was sealed, in one clause; undefined where it is. */
export function flawOf(place: string): string | undefined {
  let kept: { files?: unknown; check?: unknown } | undefined;
  let found: ManifestEntry[];
  try {
    kept = readJson(path.join(place, seal)) as typeof kept;
    found = manifestOf(place);
  } catch (error) {
    if (!hasCode(error, 'ENOENT', 'ENOTDIR', 'EISDIR', 'EACCES', 'EIO')) throw error;
    return `it cannot be read (${(error as NodeJS.ErrnoException).code})`;
  }
  if (!Array.isArray(kept?.files) || digestJson(kept.files) !== kept.check) return `its ${seal} is missing or damaged`;
  const expected = kept.files as ManifestEntry[];
  const wrong = expected.find((entry) => !found.some((one) => digestJson(one) === digestJson(entry)));
  if (wrong) return `its ${wrong[0]} is missing or damaged`;
  return found.length > expected.length ? 'it has files that were not sealed' : undefined;
}

/** All files below a folder but its seal. */
export function manifestOf(folder: string): ManifestEntry[] {
  return walkTree(folder)
    .filter((entry) => entry.kind === 'file' && entry.path !== seal)
    .map((entry) => [entry.path, Number(entry.stats.size), digestFileSync(entry.absolute)]);
}
