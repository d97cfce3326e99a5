import type { MemoryGuard } from '../memory-guard.ts';
import type { Usage } from '../usage.ts';
import { largerUsage, noUsage } from '../usage.ts';
import { usageOfTree } from './proc.ts';

/** In milliseconds; a limit is looked after more often, since memory may fill in a moment. */
const [pause, guardedPause] = [500, 100];

/**
 * Looks after a job's processes while they run: tells the guard what they hold, and knows what they took, also of a job
 * that ends without saying so.
 */
export function watchProcesses(leader: number | undefined, guard: MemoryGuard): { stop(): Usage } {
  if (leader === undefined) return { stop: () => noUsage };
  const job = {};
  let usage = noUsage;
  const sample = () => {
    const { residentBytes, ...now } = usageOfTree(leader);
    usage = largerUsage(usage, now);
    guard.report(job, residentBytes);
  };
  const timer = setInterval(sample, guard.hasLimit ? guardedPause : pause);
  return {
    stop() {
      clearInterval(timer);
      guard.ended(job);
      return usage;
    },
  };
}
