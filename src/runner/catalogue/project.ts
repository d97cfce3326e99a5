import { existsSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { packageRoot } from '../package-root.ts';

/**
 * The project that a pipeline file belongs to: the nearest folder above it that has both `stages/` and `schemas/`, else
 * the folder of this package with the stages that it ships.
 */
export function findProject(file: string): string {
  for (let folder = path.dirname(path.resolve(file)); ; folder = path.dirname(folder)) {
    if (['stages', 'schemas'].every((entry) => existsSync(path.join(folder, entry)))) return folder;
    if (path.dirname(folder) === folder) return packageRoot;
  }
}

/**
 * Folders that stage types, artifact types and modules of a project come from: its own, then this package's. The first
 * that has something of a name wins.
 */
export function homesOf(project: string): readonly string[] {
  return existsSync(project) && realpathSync(project) === packageRoot ? [project] : [project, packageRoot];
}
