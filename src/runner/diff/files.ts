import { closeSync, openSync, readSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import type { FileDifference } from './types.ts';

const blockBytes = 1 << 20;

/** Compares the files below two artifact folders, except the one named `document`, which is compared by structure. */
export function diffFiles(before: string, after: string, document: string): FileDifference[] {
  const old = filesBelow(before);
  const young = filesBelow(after);
  old.delete(document);
  young.delete(document);
  return [...new Set([...old.keys(), ...young.keys()])].sort().flatMap((file): FileDifference[] => {
    const bytesBefore = old.get(file);
    const bytesAfter = young.get(file);
    if (bytesBefore === undefined) return [{ path: file, kind: 'added', bytesAfter }];
    if (bytesAfter === undefined) return [{ path: file, kind: 'removed', bytesBefore }];
    const same = bytesBefore === bytesAfter && equalFiles(path.join(before, file), path.join(after, file));
    return same ? [] : [{ path: file, kind: 'changed', bytesBefore, bytesAfter }];
  });
}

/** Size of every file below `folder`, by path with forward slashes. */
function filesBelow(folder: string): Map<string, number> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(
    entries.map((entry) => {
      const file = path.join(entry.parentPath, entry.name);
      return [path.relative(folder, file).replaceAll(path.sep, '/'), statSync(file).size];
    }),
  );
}

/** Byte by byte, a block at a time: a checkpoint need not fit into memory twice. */
function equalFiles(before: string, after: string): boolean {
  const files = [openSync(before, 'r'), openSync(after, 'r')];
  try {
    const blocks = [Buffer.alloc(blockBytes), Buffer.alloc(blockBytes)];
    for (;;) {
      const [read, other] = files.map((file, i) => readSync(file, blocks[i]));
      if (read !== other || blocks[0].compare(blocks[1], 0, other, 0, read) !== 0) return false;
      if (read === 0) return true;
    }
  } finally {
    files.forEach(closeSync);
  }
}
