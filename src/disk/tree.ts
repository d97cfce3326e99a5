import type { BigIntStats } from 'node:fs';
import { lstatSync, readdirSync } from 'node:fs';
import path from 'node:path';

export interface TreeEntry {
  /** Below the root, with `/` between parts; empty for the root itself. */
  path: string;
  absolute: string;
  kind: 'file' | 'folder' | 'other';
  stats: BigIntStats;
}

/**
 * A folder and everything below it, a folder before what it holds, names in code-unit order. Links are not followed.
 */
export function walkTree(root: string): TreeEntry[] {
  const entries: TreeEntry[] = [];
  const visit = (absolute: string, relative: string) => {
    const stats = lstatSync(absolute, { bigint: true });
    const kind = stats.isDirectory() ? 'folder' : stats.isFile() ? 'file' : 'other';
    entries.push({ path: relative, absolute, kind, stats });
    if (kind !== 'folder') return;
    for (const name of readdirSync(absolute).sort())
      visit(path.join(absolute, name), relative === '' ? name : `${relative}/${name}`);
  };
  visit(root, '');
  return entries;
}
