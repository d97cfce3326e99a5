import { expect, test } from '@jest/globals';
import type { Attempt, RunRecord } from '../../../src/runner/records.ts';
import { processorSeconds } from '../../../src/runner/report/spent.ts';

const attempt = (minute: number, outcome: Attempt['outcome'], cpuSeconds: number): Attempt => ({
  outcome,
  started: `2026-01-01T00:${String(minute).padStart(2, '0')}:00.000Z`,
  seconds: 1,
  cpuSeconds,
  peakMemoryBytes: 0,
});
const record = (...stages: { key?: string; attempts?: Attempt[] }[]) => ({ stages }) as unknown as RunRecord;

test('what was interrupted or failed before a result counts to it, what was made anew does not count twice', () => {
  const records = [
    // Newest first, as the store lists them.
    record({ key: 'b', attempts: [attempt(9, 'ran', 7)] }, { key: 'a' }, {}),
    record({ key: 'a', attempts: [attempt(5, 'failed', 1), attempt(6, 'ran', 10)] }),
    record(
      { key: 'a', attempts: [attempt(1, 'interrupted', 100)] },
      { key: 'b', attempts: [attempt(2, 'ran', 1000)] },
      { key: 'c', attempts: [attempt(3, 'interrupted', 5)] },
    ),
  ];
  expect(processorSeconds(records)).toEqual(
    new Map([
      ['a', 111],
      ['b', 7],
    ]),
  );
});
