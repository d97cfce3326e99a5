import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PatientWrites } from '../../../src/runner/execute/patient-writes.ts';
import { StageEvents } from '../../../src/runner/execute/stage-events.ts';

let folder: string;
let events: StageEvents;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'shrinknas-events-'));
  const files = { log: path.join(folder, 'log'), metrics: path.join(folder, 'metrics.jsonl') };
  events = new StageEvents('train', files, new PatientWrites(), () => undefined);
});
afterEach(() => rmSync(folder, { recursive: true }));

const lines = () =>
  readFileSync(path.join(folder, 'metrics.jsonl'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
const progress = (done: number, part?: string) =>
  events.take({ type: 'progress', update: { done, total: 1000, unit: 'updates', figures: { loss: done / 2 } } }, part);

test('a stage that tells no metrics has its progress there: few lines, and how it was at the end', () => {
  for (let done = 1; done <= 1000; done++) progress(done);
  events.end();
  const last = lines().at(-1)!;
  expect(last).toMatchObject({ done: 1000, total: 1000, unit: 'updates', loss: 500 });
  // One each ten seconds, however long this takes here.
  expect(lines().length).toBeLessThanOrEqual(1 + (last.seconds as number) / 10);
});

test('parts have theirs apart', () => {
  progress(3, 'candidate 1/2');
  progress(4, 'candidate 2/2');
  events.end();
  expect(lines()).toMatchObject([
    { part: 'candidate 1/2', done: 3 },
    { part: 'candidate 2/2', done: 4 },
  ]);
});

test('metrics that a stage tells itself are all that is there', () => {
  progress(1);
  events.take({ type: 'metric', values: { loss: 4 } });
  progress(1000);
  events.end();
  expect(lines()).toEqual([{ loss: 4 }]);
});
