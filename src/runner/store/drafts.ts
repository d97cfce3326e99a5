import path from 'node:path';
import { listFolder, makeFolder, removeTree, safeName, uniqueSuffix } from '../../disk/files.ts';
import type { Key } from '../types.ts';
import type { Layout } from './layout.ts';

/** A private folder on the store's file system in which one stage writes. */
export interface OutputDraft {
  folder: string;
  /** Empty folder by output. */
  outputs: Record<string, string>;
}

/** Begins names in the temporary folder that belong to their process alone, and to no key. */
const alone = 'alone';

/** A free path in the store's temporary folder; left behind when this process has ended. */
export function newTemporaryFolder(layout: Layout): string {
  return newTemporary(layout, alone);
}

/** Also removes what earlier executions of the key left, whose lock the caller has. */
export function createDraft(layout: Layout, key: Key, outputs: string[]): OutputDraft {
  for (const name of draftsOf(layout, key)) removeTree(path.join(layout.temporary, name));
  return draftAt(newTemporary(layout, key), outputs);
}

/** A draft that will not be published. */
export function createDraftApart(layout: Layout, outputs: string[]): OutputDraft {
  return draftAt(newTemporaryFolder(layout), outputs);
}

function draftAt(folder: string, outputs: string[]): OutputDraft {
  const draft: OutputDraft = { folder, outputs: {} };
  makeFolder(folder);
  for (const output of outputs) {
    draft.outputs[output] = path.join(folder, 'outputs', safeName(output));
    makeFolder(draft.outputs[output]);
  }
  return draft;
}

/** The key that a name in the temporary folder belongs to; undefined of what is its process's alone. */
export function keyOfDraft(name: string): Key | undefined {
  const [key] = name.split('.', 1);
  return key === alone ? undefined : (key as Key);
}

function draftsOf(layout: Layout, key: Key): string[] {
  return listFolder(layout.temporary).filter((name) => keyOfDraft(name) === key);
}

function newTemporary(layout: Layout, kind: string): string {
  makeFolder(layout.temporary);
  return path.join(layout.temporary, `${kind}.${uniqueSuffix()}`);
}
