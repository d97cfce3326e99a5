import { existsSync, readdirSync, rmdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { removeTree } from '../../disk/files.ts';
import type { Store } from '../store/store.ts';
import type { Digest } from '../types.ts';
import type { Collection } from './collection.ts';
import type { Item } from './inventory.ts';
import { itemKinds } from './inventory.ts';

/**
 * Removes what a collection found. What asks for others goes first, so that whenever this is interrupted, nothing that is
 * left names what is gone.
 */
export function collect(store: Store, { remove }: Collection): void {
  const items = remove.map(({ item }) => item);
  // It knows how, and whether somebody has come to need it.
  if (items.some(({ kind }) => kind === 'litter')) store.sweep();
  for (const kind of itemKinds) for (const item of items) if (item.kind === kind) removeItem(item, store);
}

function removeItem({ kind, name, places }: Item, store: Store): void {
  if (kind === 'litter') return;
  // In one step for whoever looks.
  if (kind === 'artifact') store.removeArtifact(name as Digest);
  for (const place of places) {
    // A link that leads nowhere is there all the same.
    if (kind === 'link') rmSync(place, { force: true });
    else removeTree(place);
    removeEmpty(path.dirname(place), [store.layout.runs, store.layout.store]);
  }
}

/** Removes a folder and those above it that hold nothing any more, up to the roots. */
function removeEmpty(folder: string, roots: readonly string[]): void {
  if (roots.includes(folder) || !existsSync(folder) || readdirSync(folder).length > 0) return;
  rmdirSync(folder);
  removeEmpty(path.dirname(folder), roots);
}
