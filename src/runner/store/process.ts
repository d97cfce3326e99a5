import { readFileSync } from 'node:fs';
import { hasCode } from './files.ts';

/** Whether a process of this host exists. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // It exists but belongs to someone else.
    return hasCode(error, 'EPERM');
  }
}

/**
 * What tells a process from a later one with the same id: its start in clock ticks since boot. Undefined where there is no
 * /proc, and when the process is gone.
 */
export function processStart(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // Field 22 of proc(5); the second one, the program's name, is in parentheses and may hold anything.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}
