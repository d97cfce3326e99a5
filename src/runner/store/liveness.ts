import { readFileSync } from 'node:fs';
import os from 'node:os';
import { hasCode } from '../../disk/files.ts';
import { isProcOurs, processSpace } from '../../disk/process-space.ts';

/** Names a process for others: those on other hosts, and those that look after its end. */
export interface ProcessMark {
  pid: number;
  /** For people: two containers may have the same. */
  host: string;
  /** Where the process id means that process: see `processSpace`. */
  space: string;
  /** When it left the mark, in ISO 8601. */
  since: string;
  /** Tells the process from a later one with the same id, where the system says. */
  processStart?: string;
}

export function markOfThisProcess(): ProcessMark {
  const since = new Date().toISOString();
  const processStart = statOf(process.pid)?.start;
  return {
    pid: process.pid,
    host: os.hostname(),
    space: processSpace(),
    since,
    ...(processStart === undefined ? {} : { processStart }),
  };
}

/** A process, as far as it is needed to look for it. */
export type ProcessPlace = Pick<ProcessMark, 'pid' | 'space' | 'processStart'>;

/**
 * Whether the process that left a mark is there, as far as this one can see: undefined of a process on another machine
 * or in another PID namespace.
 */
export function isAlive({ pid, space, processStart }: ProcessPlace): boolean | undefined {
  // To `kill`, 0 and negative numbers are groups.
  if (space !== processSpace() || !Number.isSafeInteger(pid) || pid <= 0) return undefined;
  if (!exists(pid)) return false;
  const stat = statOf(pid);
  // Where other users' processes are hidden, existing is all that can be seen.
  if (stat === undefined) return true;
  // A zombie only waits for its parent to take notice, which in a container may never happen.
  return stat.state !== 'Z' && stat.state !== 'X' && (processStart === undefined || stat.start === processStart);
}

/** Whether the process that left a mark is known to have ended. */
export function isGone(place: ProcessPlace): boolean {
  return isAlive(place) === false;
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
  if (!isProcOurs()) return undefined;
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // proc(5); the second field, the program's name, is in parentheses and may hold anything.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { state: fields[0], start: fields[19] };
  } catch {
    return undefined;
  }
}
