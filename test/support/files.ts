import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';

/** All files below a folder, links not followed, with their sizes. */
export function filesBelow(folder: string): { path: string; bytes: number }[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort()
    .map((file) => ({ path: file, bytes: statSync(file).size }));
}
