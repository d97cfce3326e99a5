import { readFileSync } from 'node:fs';

const sampleMilliseconds = 500;

/**
 * Samples a process's peak memory in bytes, for processes that end without reporting it; 0 where the system has no
 * /proc.
 */
export function watchMemory(pid: number | undefined): { stop(): number } {
  let peak = 0;
  const sample = () => {
    try {
      const kibibytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];
      peak = Math.max(peak, Number(kibibytes ?? 0) * 1024);
    } catch {
      // Not Linux, or the process is gone: what was seen so far stands.
    }
  };
  const timer = setInterval(sample, sampleMilliseconds);
  return {
    stop() {
      clearInterval(timer);
      return peak;
    },
  };
}
