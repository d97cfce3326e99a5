import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Diagnostic } from '../diagnostic.ts';

/**
 * The project that a pipeline file belongs to: the nearest folder above it that has both `stages/` and `schemas/`, else
 * the folder of this package with the stages that it ships.
 */
export function findProject(file: string): string {
  return nearestWith(path.dirname(path.resolve(file)), ['stages', 'schemas']) ?? packageRoot();
}

/** Folder of this package, from its sources as well as from its bundle. */
export function packageRoot(): string {
  const root = nearestWith(path.dirname(fileURLToPath(import.meta.url)), ['schemas/stage-type.schema.json']);
  if (root === undefined) throw new Diagnostic('the installation lacks its schemas folder', { hint: 'install the package again' });
  return root;
}

function nearestWith(start: string, entries: readonly string[]): string | undefined {
  for (let folder = start; ; folder = path.dirname(folder)) {
    if (entries.every((entry) => existsSync(path.join(folder, entry)))) return folder;
    if (path.dirname(folder) === folder) return undefined;
  }
}
