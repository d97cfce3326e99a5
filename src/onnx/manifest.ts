import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { ModelDocument } from '../../schemas/types.ts';
import { StageError } from '../runner/stage.ts';
import type { Precision } from './graphs/matrices.ts';

/** Raised when programs that read an older folder would misread a new one. */
export const manifestFormat = 1;

/** `manifest.json`: what a program needs to know to translate with the files beside it. */
export interface OnnxManifest {
  format: number;
  languages: ModelDocument['languages'];
  /** Whether source text is lowercased before it is split. */
  lowercase: boolean;
  /** Of the linear maps and tables of embeddings. */
  precision: Precision;
  /** Entries of the dictionaries, special ones included. */
  types: { source: number; target: number };
  /** Ids of the special entries; line n of a dictionary's file, from 0, has id n + `first`. */
  ids: { padding: number; end: number; unknown: number; first: number };
  /** Most tokens of a sentence on either side, `</s>` included. */
  longest: number;
  /** SHA-256 of each file. */
  files: Record<string, string>;
}

/** @throws StageError for a folder without a manifest that this version reads */
export function readManifestOf(folder: string): OnnxManifest {
  const file = path.join(folder, 'manifest.json');
  let manifest: Partial<OnnxManifest> | null;
  try {
    manifest = JSON.parse(readFileSync(file, 'utf8')) as Partial<OnnxManifest> | null;
  } catch (cause) {
    throw new StageError(`${file} cannot be read: ${(cause as Error).message}`, { cause });
  }
  if (manifest?.format !== manifestFormat) {
    throw new StageError(
      `${file} is of format ${JSON.stringify(manifest?.format)}, and ${manifestFormat} is read: export the model anew.`,
    );
  }
  return manifest as OnnxManifest;
}
