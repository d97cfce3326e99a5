import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { checkedJson, readCheckedJson } from './checked-json.ts';
import { digestJson, type ManifestEntry } from './digest.ts';
import { isUnreadable, listFolder, removeTree, syncToDisk } from './files.ts';
import { manifestOf } from './manifest.ts';
import { walkTree } from './tree.ts';

/** File of a sealed folder that says what its other files are. */
const seal = 'seal.json';
const draftEnding = '.draft';

/**
 * Writes a folder that is there whole or not at all, with a seal by which damage is noticed when it is read; one of the
 * same name is replaced. With `durable` it survives a power cut once this returns.
 * @param write puts files into the folder that it is given
 */
export function writeSealed(
  place: string,
  write: (draft: string) => void,
  { durable = true }: { durable?: boolean } = {},
): void {
  const draft = `${place}${draftEnding}`;
  removeTree(draft);
  mkdirSync(draft, { recursive: true });
  try {
    write(draft);
    const files = sealedFiles(draft);
    writeFileSync(path.join(draft, seal), checkedJson({ files }));
    if (durable) syncTree(draft);
    removeTree(place);
    renameSync(draft, place);
  } catch (error) {
    removeTree(draft);
    throw error;
  }
  if (durable) syncToDisk(path.dirname(place));
}

/** Has a folder and all below it survive a power cut. */
export function syncTree(folder: string): void {
  for (const { absolute, kind } of walkTree(folder)) if (kind !== 'other') syncToDisk(absolute);
  syncToDisk(path.dirname(folder));
}

/** Removes what was left unfinished of sealed folders in a folder. */
export function removeDrafts(folder: string): void {
  for (const name of listFolder(folder)) if (name.endsWith(draftEnding)) removeTree(path.join(folder, name));
}

/** Why a folder is not as it was sealed, in one clause; undefined where it is. */
export function flawOf(place: string): string | undefined {
  const kept = readCheckedJson<{ files: ManifestEntry[] }>(path.join(place, seal));
  let found: ManifestEntry[];
  try {
    found = sealedFiles(place);
  } catch (error) {
    if (!isUnreadable(error)) throw error;
    return `it cannot be read (${(error as NodeJS.ErrnoException).code})`;
  }
  if (kept === undefined) return `its ${seal} is missing or damaged`;
  const expected = kept.files;
  const wrong = expected.find((entry) => !found.some((one) => digestJson(one) === digestJson(entry)));
  if (wrong) return `its ${wrong[0]} is missing or damaged`;
  return found.length > expected.length ? 'it has files that were not sealed' : undefined;
}

/** All files below a folder but its seal. */
function sealedFiles(folder: string): ManifestEntry[] {
  return manifestOf(walkTree(folder).filter((entry) => entry.path !== seal));
}
