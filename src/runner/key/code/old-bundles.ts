import { rmSync, statSync, utimesSync } from 'node:fs';
import path from 'node:path';
import { listFolder } from '../../../disk/files.ts';
import { isRefusal } from '../../../disk/refusals.ts';

/** Bundles that a folder keeps of code as it no longer is: what a few days of editing go back to. */
const mostOld = 64;

/** A run that was planned earlier executes its bundles yet. */
const youngestMilliseconds = 24 * 3600 * 1000;

/** Notes that a bundle is executed now. */
export function markUsed(bundle: string): void {
  try {
    utimesSync(bundle, new Date(), new Date());
  } catch (error) {
    if (!isRefusal(error)) throw error;
  }
}

/**
 * Removes bundles of a folder that nobody has executed for long, and more than some are.
 * @param current those of the code as it is now
 */
export function removeOldBundles(folder: string, current: ReadonlySet<string>): void {
  const old = listFolder(folder)
    .map((name) => path.join(folder, name))
    .filter((file) => file.endsWith('.mjs') && !current.has(file))
    .map((file) => ({ file, used: statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0 }))
    .sort((a, b) => b.used - a.used);
  for (const { file, used } of old.slice(mostOld)) {
    if (Date.now() - used < youngestMilliseconds) continue;
    try {
      rmSync(file, { force: true });
    } catch (error) {
      if (!isRefusal(error)) throw error;
    }
  }
}
