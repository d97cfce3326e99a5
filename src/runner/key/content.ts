import { readdirSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import type { ManifestEntry } from '../../disk/digest.ts';
import { digestManifest } from '../../disk/digest.ts';
import type { StatCache } from '../store/stat-cache.ts';
import type { Digest } from '../types.ts';

/** Its message is the end of a sentence about the file that a parameter names. */
export class Unreadable extends Error {}

/** Digest of a file's bytes, or of a folder's files as an artifact's; links are followed. */
export function digestPath(file: string, statCache: StatCache): Digest {
  const top = statSync(file);
  if (!top.isDirectory()) {
    // A pipe or a device may never end.
    if (!top.isFile()) throw new Unreadable('is neither a file nor a folder');
    return statCache.digest(file);
  }
  const entries: ManifestEntry[] = [];
  const visit = (folder: string, prefix: string, above: Set<string>) => {
    const real = realpathSync(folder);
    // A link to a folder that holds it: without end.
    if (above.has(real)) return;
    for (const name of readdirSync(folder)) {
      const absolute = path.join(folder, name);
      const stats = statSync(absolute);
      if (stats.isDirectory()) visit(absolute, `${prefix}${name}/`, new Set([...above, real]));
      else if (!stats.isFile()) throw new Unreadable(`holds ${prefix}${name}, which is neither a file nor a folder`);
      else entries.push([`${prefix}${name}`, stats.size, statCache.digest(absolute)]);
    }
  };
  visit(file, '', new Set());
  return digestManifest(entries);
}
