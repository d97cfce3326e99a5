/** What Linux says of processes in /proc, see proc(5). */
import { readdirSync, readFileSync } from 'node:fs';
import type { Usage } from '../usage.ts';

/** Times in `stat` are in 1/100 s on every architecture that Node.js runs on. */
const ticksPerSecond = 100;

interface ProcessStat {
  pid: number;
  parent: number;
  group: number;
  /** Its own, and that of children that ended and were waited for. */
  cpuSeconds: number;
}

/**
 * What a group of processes, with all descendants of its leader, takes now: resident memory at this moment, the rest since they
 * began. All is 0 where there is no /proc.
 */
export function usageOfTree(leader: number): Usage & { residentBytes: number } {
  const usages = treeOf(leader).map(({ pid, cpuSeconds }) => ({ cpuSeconds, ...memoryOf(pid), ...traffic(pid) }));
  const sum = (name: 'cpuSeconds' | 'residentBytes' | 'readBytes' | 'writtenBytes') =>
    usages.reduce((all, usage) => all + (usage[name] ?? 0), 0);
  return {
    cpuSeconds: sum('cpuSeconds'),
    residentBytes: sum('residentBytes'),
    peakMemoryBytes: Math.max(0, sum('residentBytes'), ...usages.map(({ peakBytes }) => peakBytes)),
    ...(usages.some(({ readBytes }) => readBytes !== undefined)
      ? { readBytes: sum('readBytes'), writtenBytes: sum('writtenBytes') }
      : {}),
  };
}

/** What this process took, and its children that have ended. */
export function ownUsage(): Usage {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  const own = (userCPUTime + systemCPUTime) / 1e6;
  return {
    cpuSeconds: Math.max(own, statOf(process.pid)?.cpuSeconds ?? 0),
    // The system counts in KiB.
    peakMemoryBytes: maxRSS * 1024,
    ...traffic(process.pid),
  };
}

function treeOf(leader: number): ProcessStat[] {
  const all = processes();
  const members = new Set([leader]);
  // A parent may come after its child: until nobody joins any more.
  for (let size = 0; size < members.size;) {
    size = members.size;
    for (const { pid, parent, group } of all) if (group === leader || members.has(parent)) members.add(pid);
  }
  return all.filter(({ pid }) => members.has(pid));
}

function processes(): ProcessStat[] {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .flatMap((name) => statOf(Number(name)) ?? []);
  } catch {
    return [];
  }
}

function statOf(pid: number): ProcessStat | undefined {
  const stat = read(pid, 'stat');
  if (stat === undefined) return undefined;
  // The second field, the program's name, is in parentheses and may hold anything.
  const fields = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  const [, parent, group] = fields;
  const [user, system, childrenUser, childrenSystem] = fields.slice(11, 15);
  return { pid, parent, group, cpuSeconds: (user + system + childrenUser + childrenSystem) / ticksPerSecond };
}

function memoryOf(pid: number): { residentBytes: number; peakBytes: number } {
  const status = read(pid, 'status') ?? '';
  const bytes = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1] ?? 0) * 1024;
  return { residentBytes: bytes('VmRSS'), peakBytes: bytes('VmHWM') };
}

function traffic(pid: number): Pick<Usage, 'readBytes' | 'writtenBytes'> {
  const io = read(pid, 'io');
  if (io === undefined) return {};
  const bytes = (name: string) => Number(new RegExp(`^${name}: (\\d+)$`, 'm').exec(io)?.[1] ?? 0);
  return { readBytes: bytes('rchar'), writtenBytes: bytes('wchar') };
}

/** Undefined when this is not Linux, or the process is gone. */
function read(pid: number, file: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1');
  } catch {
    return undefined;
  }
}
