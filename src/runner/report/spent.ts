import type { RunRecord } from '../records.ts';
import type { Key } from '../types.ts';

/**
 * Processor seconds that each key's result took: of the execution that ended with it, and of those before it that were interrupted or
 * failed, whose progress it went on from. What is not in the records, such as an execution whose runner was killed, is not counted.
 */
export function processorSeconds(records: readonly RunRecord[]): Map<Key, number> {
  const attempts = records
    .flatMap(({ stages }) =>
      stages.flatMap(({ key, attempts: made = [] }) => made.map((attempt) => ({ key, attempt }))),
    )
    .sort((a, b) => (a.attempt.started < b.attempt.started ? -1 : 1));
  const open = new Map<Key, number>();
  const spent = new Map<Key, number>();
  for (const { key, attempt } of attempts) {
    if (key === undefined) continue;
    const sum = (open.get(key) ?? 0) + attempt.cpuSeconds;
    open.set(key, attempt.outcome === 'ran' ? 0 : sum);
    if (attempt.outcome === 'ran') spent.set(key, sum);
  }
  return spent;
}
