import { readFileSync } from 'node:fs';
import os from 'node:os';
import { hasCode } from '../../disk/files.ts';

/** Names a process for others: those on other hosts, and those that look after its end. */
export interface ProcessMark {
  pid: number;
  host: string;
  /** When it left the mark, in ISO 8601. */
  since: string;
  /** Tells the process from a later one with the same id, where the system says. */
  processStart?: string;
}

export function markOfThisProcess(): ProcessMark {
  const since = new Date().toISOString();
  return { pid: process.pid, host: os.hostname(), since, processStart: statOf(process.pid)?.start };
}

/**
 * Whether the process that left a mark is known to have ended. Of a process on another host nobody here can know, so it
 * counts as alive.
 */
export function isGone({ pid, host, processStart }: Omit<ProcessMark, 'since'>): boolean {
  if (host !== os.hostname()) return false;
  if (!exists(pid)) return true;
  const stat = statOf(pid);
  // Where other users' processes are hidden, existing is all that can be seen.
  if (stat === undefined) return false;
  // A zombie only waits for its parent to take notice, which in a container may never happen.
  return stat.state === 'Z' || stat.state === 'X' || (processStart !== undefined && stat.start !== processStart);
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // It exists but belongs to someone else.
    return hasCode(error, 'EPERM');
  }
}

/** State, and start in clock ticks since boot. Undefined where there is no /proc, and when the process is gone. */
function statOf(pid: number): { state: string; start: string } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // proc(5); the second field, the program's name, is in parentheses and may hold anything.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { state: fields[0], start: fields[19] };
  } catch {
    return undefined;
  }
}
