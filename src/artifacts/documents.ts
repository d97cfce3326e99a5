import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { ArtifactDocuments } from '../../schemas/types.ts';

export type ArtifactName = keyof ArtifactDocuments;

/** Writes an artifact's document, `<name>.json`. */
export function writeDocument<Name extends ArtifactName>(
  folder: string,
  name: Name,
  document: ArtifactDocuments[Name],
): void {
  writeFileSync(path.join(folder, `${name}.json`), `${JSON.stringify(document, null, 2)}\n`);
}

/** Reads an artifact's document; the runner has checked it by its schema. */
export function readDocument<Name extends ArtifactName>(folder: string, name: Name): ArtifactDocuments[Name] {
  return JSON.parse(readFileSync(path.join(folder, `${name}.json`), 'utf8')) as ArtifactDocuments[Name];
}
