import { readFileSync } from 'node:fs';
import path from 'node:path';

/** What the control group that this process is in may use, at most; what is not limited is left out. */
export interface GroupLimits {
  cores?: number;
  memoryBytes?: number;
}

/**
 * Limits of a control group, version 2, and of those above it: containers and batch systems set them.
 * @param self text of /proc/self/cgroup
 * @param root where the groups are mounted
 */
export function groupLimits(
  self: string | undefined = read('/proc/self/cgroup'),
  root = '/sys/fs/cgroup',
): GroupLimits {
  const own = /^0::(\/.*)$/m.exec(self ?? '')?.[1];
  if (own === undefined) return {};
  const cores: number[] = [];
  const memory: number[] = [];
  for (let group = path.posix.normalize(own); ; group = path.posix.dirname(group)) {
    const [quota, period] = (read(path.join(root, group, 'cpu.max')) ?? '').trim().split(' ').map(Number);
    if (quota > 0 && period > 0) cores.push(quota / period);
    const bytes = Number((read(path.join(root, group, 'memory.max')) ?? '').trim() || NaN);
    if (Number.isFinite(bytes)) memory.push(bytes);
    if (group === '/' || group === '.') break;
  }
  return {
    ...(cores.length === 0 ? {} : { cores: Math.min(...cores) }),
    ...(memory.length === 0 ? {} : { memoryBytes: Math.min(...memory) }),
  };
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
