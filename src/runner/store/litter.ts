import type { Dirent } from 'node:fs';
import { existsSync, lstatSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { timeOnDisk } from '../../disk/clock.ts';
import { isUnreadable, listFolder, ownerOfName, removeTree } from '../../disk/files.ts';
import type { Key } from '../types.ts';
import { keyOfDraft } from './drafts.ts';
import { isStill } from './glance.ts';
import type { Locks } from './lock.ts';
import { holderOf, passingLock } from './lock.ts';
import type { Layout } from './layout.ts';
import { isAlive, isGone } from './liveness.ts';
import { keyOfProgress, Progress } from './progress.ts';

/** Nothing that is written in one step takes so long: what is older was left by a process that nobody can look for. */
const longestWriteMilliseconds = 24 * 3600 * 1000;

/** What it takes to tell litter. */
export interface LitterContext {
  layout: Layout;
  locks: Locks;
  /** Whether a key's outputs are recorded. */
  isKnown: (key: Key) => boolean;
}

/** A file or folder that a killed process left behind and nobody needs. */
export interface Litter {
  /** Absolute. */
  place: string;
  /** Removes it, unless somebody has come to need it since. */
  remove(): void;
}

/** What processes left behind that were killed: only what no process holds that lives, or may live. */
export function findLitter(context: LitterContext): Litter[] {
  const { layout } = context;
  return [
    ...drafts(layout),
    ...locks(context),
    ...progress(context),
    ...records(layout),
    ...[layout.runs, layout.store].flatMap((root) => halfWritten(root, layout)),
  ];
}

function tree(place: string): Litter {
  return { place, remove: () => removeTree(place) };
}

function isLeft(name: string): boolean {
  const owner = ownerOfName(name);
  return owner !== undefined && isGone(owner);
}

/** Whether a key's lock is there, and its holder not known to have ended. */
function isLocked(folder: string): boolean {
  if (!existsSync(folder)) return false;
  const holder = holderOf(folder);
  return holder === undefined || !isGone(holder);
}

/** Their names are read first: what is made from then on belongs to someone. */
function drafts(layout: Layout): Litter[] {
  return listFolder(layout.temporary)
    .filter((name) => {
      const key = keyOfDraft(name);
      return key === undefined ? isLeft(name) : !isLocked(layout.keyLock(key));
    })
    .map((name) => tree(path.join(layout.temporary, name)));
}

function locks({ layout, locks: taking }: LitterContext): Litter[] {
  return listFolder(layout.locks).flatMap((name): Litter[] => {
    const place = path.join(layout.locks, name);
    const { lock } = passingLock.exec(name)?.groups ?? {};
    if (lock !== undefined) {
      const isPassed = isLeft(name) || (ownerOfName(name) === undefined && !existsSync(path.join(layout.locks, lock)));
      return isPassed ? [tree(place)] : [];
    }
    return isLocked(place) ? [] : [{ place, remove: () => withLock(taking, place, () => undefined) }];
  });
}

function progress({ layout, locks: taking, isKnown }: LitterContext): Litter[] {
  const all = new Progress(layout);
  return listFolder(layout.unfinished).flatMap((name): Litter[] => {
    const { key, isPublished } = keyOfProgress(name);
    const lock = layout.keyLock(key);
    if ((isPublished ? !isKnown(key) : !all.isEmpty(key)) || isLocked(lock)) return [];
    const remove = () => (isPublished ? all.removePublished(key) : all.removeIfEmpty(key));
    return [{ place: path.join(layout.unfinished, name), remove: () => withLock(taking, lock, remove) }];
  });
}

/** Does nothing where another process has the lock. */
function withLock(taking: Locks, folder: string, action: () => void): void {
  const taken = taking.tryTake(folder);
  if (!('lock' in taken)) return;
  try {
    action();
  } finally {
    taken.lock.release();
  }
}

/** A run that was killed before it recorded anything is none; of the others the mark goes that they go on. */
function records(layout: Layout): Litter[] {
  return listFolder(layout.records).flatMap((run) => {
    const folder = path.join(layout.records, run);
    const marks = listFolder(folder).filter(
      (name) => path.join(folder, name) === layout.runner(run) || passingLock.test(name),
    );
    const left = marks.filter((name) =>
      passingLock.test(name) ? isLeft(name) : isMarkOfTheDead(path.join(folder, name)),
    );
    if (left.length === 0) return [];
    if (existsSync(layout.record(run))) return left.map((name) => tree(path.join(folder, name)));
    return left.length === marks.length ? [tree(folder)] : [];
  });
}

function isMarkOfTheDead(place: string): boolean {
  const holder = holderOf(place);
  return holder === undefined || !(isAlive(holder) ?? !isStill(place, longestWriteMilliseconds));
}

/** Files and links of atomic writes that were cut short. */
function halfWritten(root: string, layout: Layout): Litter[] {
  const found: string[] = [];
  const visit = (folder: string) => {
    for (const entry of entriesOf(folder)) {
      const place = path.join(folder, entry.name);
      if (entry.isDirectory()) {
        if (!apart.some((name) => place === path.join(layout.store, name)) && place !== layout.store) visit(place);
      } else if (entry.name.endsWith('.tmp') && ownerOfName(entry.name) !== undefined) found.push(place);
    }
  };
  visit(root);
  let now: number | undefined;
  return found
    .filter((file) => isLeft(path.basename(file)) || isOlder(file, (now ??= timeOnDisk(root) ?? -Infinity)))
    .map((place) => ({ place, remove: () => rmSync(place, { force: true }) }));
}

/** Folders of the store in which nothing is written in one step, or whose names say what is litter. */
const apart = ['objects', 'tmp', 'locks'];

function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    if (isUnreadable(error)) return [];
    throw error;
  }
}

function isOlder(file: string, now: number): boolean {
  const stats = lstatSync(file, { throwIfNoEntry: false });
  return stats !== undefined && now - stats.mtimeMs > longestWriteMilliseconds;
}
