import { digestFileSync, type ManifestEntry } from './digest.ts';
import type { TreeEntry } from './tree.ts';

/** The files of a tree, by their bytes as they are now. */
export function manifestOf(entries: readonly TreeEntry[]): ManifestEntry[] {
  return entries
    .filter(({ kind }) => kind === 'file')
    .map((entry) => [entry.path, Number(entry.stats.size), digestFileSync(entry.absolute)]);
}
