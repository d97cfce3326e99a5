import { existsSync, readdirSync, renameSync } from 'node:fs';
import path from 'node:path';
import { isMissing, listFolder, makeFolder, removeTree } from '../../disk/files.ts';
import type { Key } from '../types.ts';
import type { Layout } from './layout.ts';

/** Ends the name of progress whose key is about to be written: from then on nobody needs it. */
const publishedEnding = '.published';

/** What a name in the folder of all progress means. */
export function keyOfProgress(name: string): { key: Key; isPublished: boolean } {
  const isPublished = name.endsWith(publishedEnding);
  return { key: (isPublished ? name.slice(0, -publishedEnding.length) : name) as Key, isPublished };
}

/** Folders from which interrupted stages go on. Who changes one has the lock of its key. */
export class Progress {
  readonly #layout: Layout;

  constructor(layout: Layout) {
    this.#layout = layout;
  }

  /** The folder of a key, and whether an earlier attempt left something there. */
  open(key: Key, { restart }: { restart: boolean }): { folder: string; resuming: boolean } {
    const folder = this.#layout.progress(key);
    // Of a run that was killed when all but the key was written.
    if (existsSync(folder + publishedEnding)) {
      removeTree(folder);
      renameSync(folder + publishedEnding, folder);
    }
    if (restart) removeTree(folder);
    makeFolder(folder);
    return { folder, resuming: listFolder(folder).length > 0 };
  }

  /** Says of progress that it is not needed as soon as its key is known. */
  markPublished(key: Key): void {
    const folder = this.#layout.progress(key);
    try {
      removeTree(folder + publishedEnding);
      renameSync(folder, folder + publishedEnding);
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
  }

  removePublished(key: Key): void {
    removeTree(this.#layout.progress(key) + publishedEnding);
  }

  /** Whether there is nothing to go on from. */
  isEmpty(key: Key): boolean {
    return !holdsFile(this.#layout.progress(key));
  }

  removeIfEmpty(key: Key): void {
    if (this.isEmpty(key)) removeTree(this.#layout.progress(key));
  }
}

function holdsFile(place: string): boolean {
  try {
    return readdirSync(place, { withFileTypes: true }).some(
      (entry) => !entry.isDirectory() || holdsFile(path.join(place, entry.name)),
    );
  } catch (error) {
    if (isMissing(error)) return existsSync(place);
    throw error;
  }
}
