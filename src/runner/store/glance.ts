import path from 'node:path';
import { timeOfFile, timeOnDisk } from '../../disk/clock.ts';
import { beatFile, holderFile } from './heartbeat.ts';
import { isAlive } from './liveness.ts';
import { holderOf, usualTimes } from './lock.ts';

/**
 * Whether the holder of a lock lives, for a reader that does not stay to watch it: one that this process cannot look for
 * has to have changed its lock lately, by the clock of the disk. Where that cannot be read, it may live.
 */
export function livesAtAGlance(folder: string): boolean {
  const holder = holderOf(folder);
  if (holder === undefined) return false;
  return isAlive(holder) ?? !isStill(folder, usualTimes.stale);
}

/** Whether a lock has not changed for some milliseconds, as far as can be told. */
export function isStill(folder: string, milliseconds: number): boolean {
  const changed = [holderFile, beatFile].map((name) => timeOfFile(path.join(folder, name)) ?? 0);
  const now = timeOnDisk(path.dirname(folder));
  return now !== undefined && now - Math.max(...changed) > milliseconds;
}
