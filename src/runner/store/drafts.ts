import { mkdirSync, renameSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { isMissing, listFolder, removeTree, safeName, uniqueSuffix } from '../../disk/files.ts';
import type { Layout } from './layout.ts';
import { isGone } from './liveness.ts';

/** A private folder on the store's file system in which one stage writes. */
export interface OutputDraft {
  folder: string;
  /** Empty folder by output. */
  outputs: Record<string, string>;
}

const host = safeName(os.hostname());

/** A free path in the store's temporary folder; its name says whose it is, for `removeOrphanedDrafts`. */
export function newTemporaryFolder(layout: Layout): string {
  mkdirSync(layout.temporary, { recursive: true });
  return path.join(layout.temporary, `${uniqueSuffix()}-${host}`);
}

export function createDraft(layout: Layout, outputs: string[]): OutputDraft {
  const folder = newTemporaryFolder(layout);
  const draft: OutputDraft = { folder, outputs: {} };
  for (const output of outputs) {
    draft.outputs[output] = path.join(folder, 'outputs', safeName(output));
    mkdirSync(draft.outputs[output], { recursive: true });
  }
  mkdirSync(folder, { recursive: true });
  return draft;
}

/** Folders that runs of this host left behind when they were killed. */
export function orphanedDrafts(layout: Layout): string[] {
  return listFolder(layout.temporary)
    .filter((name) => {
      const [, pid, owner] = /^(\d+)-[0-9a-f]{12}-(.+)$/.exec(name) ?? [];
      return owner === host && isGone({ pid: Number(pid), host: os.hostname() });
    })
    .map((name) => path.join(layout.temporary, name));
}

export function removeOrphanedDrafts(layout: Layout): void {
  for (const folder of orphanedDrafts(layout)) removeOrphan(folder, layout);
}

/**
 * First out of the way: other runs may remove it too, and a stage that outlives its runner by a moment may still write
 * to it.
 */
function removeOrphan(folder: string, layout: Layout): void {
  const aside = newTemporaryFolder(layout);
  try {
    renameSync(folder, aside);
  } catch (error) {
    if (isMissing(error)) return;
    throw error;
  }
  removeTree(aside);
}
