import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { RunRecord } from '../../../src/runner/records.ts';
import { sumStage, ToyProject } from '../support/toy-project.ts';

let project: ToyProject;
let record: RunRecord;
beforeEach(async () => {
  project = new ToyProject();
  project.addType('sum', sumStage);
  ({ record } = await project.run(project.pipeline({ a: { type: 'sum', params: { value: 1 } } })));
  project.store().writeRun({ ...record, status: 'interrupted' });
});
afterEach(() => project.remove());

/** The mark of a run in another PID namespace, or on another machine, that last changed so many seconds ago. */
function leaveMark(changed: Record<string, number>): void {
  const folder = project.store().layout.runner(record.id);
  mkdirSync(folder, { recursive: true });
  const holder = { pid: 1, host: 'h', space: 'f'.repeat(12), since: '', token: 't' };
  for (const [name, text] of [
    ['holder.json', JSON.stringify(holder)],
    ['beat', '2'],
  ]) {
    const time = Date.now() / 1000 - (changed[name] ?? NaN);
    if (Number.isNaN(time)) continue;
    writeFileSync(path.join(folder, name), text);
    utimesSync(path.join(folder, name), time, time);
  }
}

test.each([
  ['has just begun', 'running', { 'holder.json': 1 }],
  ['has shown lately that it lives', 'running', { 'holder.json': 3600, beat: 5 }],
  // Its clock, or that of its disk, is ahead.
  ['has shown that it lives in what is the future here', 'running', { 'holder.json': 3600, beat: -3600 }],
  ['was killed before it showed anything', 'interrupted', { 'holder.json': 3600 }],
  ['was killed', 'interrupted', { 'holder.json': 3600, beat: 120 }],
])('a run elsewhere that %s is shown as %s', (_, status, changed) => {
  leaveMark(changed);
  expect(project.store().run('latest').status).toBe(status);
  expect(project.store().liveRuns()).toEqual(status === 'running' ? [record.id] : []);
});

test('a run is marked as going on from when its name is taken until it ends', async () => {
  const store = project.store();
  const id = await store.claimRunId('toy');
  expect(project.store().liveRuns()).toEqual([id]);
  store.markEnded(id);
  expect(project.store().liveRuns()).toEqual([]);
});
