import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { uniqueSuffix } from '../../../src/disk/files.ts';
import { processSpace } from '../../../src/disk/process-space.ts';
import type { Key } from '../../../src/runner/types.ts';
import { sumStage, ToyProject } from '../support/toy-project.ts';

let project: ToyProject;
beforeEach(() => {
  project = new ToyProject();
});
afterEach(() => project.remove());

const key = 'a'.repeat(64) as Key;
const [elsewhere, hex] = ['f'.repeat(12), '0123456789ab'];
const deadPid = () => Number(execFileSync('sh', ['-c', 'echo $$']).toString());
const dead = () => `${deadPid()}-${processSpace()}-${hex}`;
const foreign = () => `1-${elsewhere}-${hex}`;
const inRuns = (...names: string[]) => path.join(project.folder, 'runs', ...names);

function write(...names: string[]): string {
  const file = inRuns(...names);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, '');
  return file;
}

/** The mark of a run that goes on, or went on until its process died. */
function leaveMark(run: string, holder: object): void {
  const mark = { host: 'h', space: processSpace(), since: '', token: 't', ...holder };
  writeFileSync(write('records', run, 'runner', 'holder.json'), JSON.stringify(mark));
}

test('files that were being written go with their process: not those of one that lives, or may live', () => {
  const places = [
    ['records', 'r', 'run.json'],
    ['records', 'r', 'stages', 's.job.json'],
    ['store', 'keys', 'aa', `${key}.json`],
    ['store', 'manifests', 'aa', `${key}.json`],
    ['store', 'progress', key, 'losses.jsonl'],
    ['cache', 'stat.json'],
    ['cache', 'code', 'of', '12345678', 'x.mjs'],
  ];
  const left = places.map((place) => write(...place.slice(0, -1), `${place.at(-1)}.${dead()}.tmp`));
  const kept = places.flatMap((place) => [
    write(...place),
    write(...place.slice(0, -1), `${place.at(-1)}.${uniqueSuffix()}.tmp`),
    write(...place.slice(0, -1), `${place.at(-1)}.${foreign()}.tmp`),
  ]);
  mkdirSync(inRuns('latest/p/s'), { recursive: true });
  const link = inRuns('latest/p/s', `out.${dead()}.tmp`);
  symlinkSync('nowhere', link);
  // An artifact may have any names.
  const artifact = write('store', 'objects', 'aa', key, `notes.${dead()}.tmp`);
  project.store().sweep();
  expect(left.filter((file) => existsSync(file))).toEqual([]);
  expect(readdirSync(inRuns('latest/p/s'))).toEqual([]);
  expect([...kept, artifact].filter((file) => !existsSync(file))).toEqual([]);
});

test('of a process that nobody here can look for, they go when they are days old by the clock of the disk', () => {
  const [old, young] = ['old', 'young'].map((name) => write('cache', `${name}.${foreign()}.tmp`));
  const threeDaysAgo = new Date(Date.now() - 3 * 86_400_000);
  utimesSync(old, threeDaysAgo, threeDaysAgo);
  project.store().sweep();
  expect([existsSync(old), existsSync(young)]).toEqual([false, true]);
});

test('drafts go when nobody has the lock of their key', () => {
  const store = project.store();
  const taken = store.tryLock(key, { pipeline: 'p', run: 'r', stage: 's' });
  if (!('lock' in taken)) throw new Error('the lock is not free');
  const draft = store.draft(key, ['out']);
  project.store().sweep();
  expect(existsSync(draft.outputs.out)).toBe(true);
  taken.lock.release();
  project.store().sweep();
  expect(readdirSync(store.layout.temporary)).toEqual([]);
});

test('drafts of an earlier holder go when another one has the lock', () => {
  const store = project.store();
  const earlier = store.draft(key, ['out']);
  const draft = store.draft(key, ['out']);
  expect([existsSync(earlier.folder), existsSync(draft.outputs.out)]).toEqual([false, true]);
});

test('the lock and what was under way of a process that died go', () => {
  const holder = { pid: deadPid(), host: 'h', space: processSpace(), token: 't' };
  writeFileSync(write('store', 'locks', key, 'holder.json'), JSON.stringify(holder));
  write('store', 'tmp', `${key}.${dead()}`, 'outputs', 'out', 'half');
  mkdirSync(inRuns('store', 'progress', key, 'parts'), { recursive: true });
  project.store().sweep();
  for (const name of ['locks', 'tmp', 'progress']) expect(readdirSync(inRuns('store', name))).toEqual([]);
});

test('progress stays for whoever goes on, unless its key is known by now', async () => {
  project.addType('sum', sumStage);
  const { record } = await project.run(project.pipeline({ a: { type: 'sum', params: { value: 1 } } }));
  const made = record.stages[0].key!;
  // A stage that is forced may be interrupted under a key that is known: this is what it goes on from.
  const kept = [write('store', 'progress', key, 'at-7'), write('store', 'progress', made, 'at-7')];
  const waiting = write('store', 'progress', `${key}.published`, 'at-7');
  const left = write('store', 'progress', `${made}.published`, 'at-7');
  project.store().sweep();
  expect([...kept, waiting].filter((file) => !existsSync(file))).toEqual([]);
  expect(existsSync(left)).toBe(false);
});

test('progress of a run that was killed just before its key was written is gone on from', () => {
  write('store', 'progress', `${key}.published`, 'at-7');
  const { folder, resuming } = project.store().openProgress(key, { restart: false });
  expect(resuming).toBe(true);
  expect(readdirSync(folder)).toEqual(['at-7']);
  expect(readdirSync(path.dirname(folder))).toEqual([key]);
});

test('a run that was killed is not going on any more, and is none if it had recorded nothing', () => {
  const pid = deadPid();
  leaveMark('p-20260101-000000-0000', { pid });
  leaveMark('p-20260101-000000-0001', { pid });
  write('records', 'p-20260101-000000-0001', 'run.json');
  write('records', 'p-20260101-000000-0001', `runner.done-${dead()}`, 'holder.json');
  leaveMark('p-20260101-000000-0002', { pid: process.pid });
  leaveMark('p-20260101-000000-0003', { pid, space: elsewhere });
  project.store().sweep();
  expect(readdirSync(inRuns('records')).sort()).toEqual([1, 2, 3].map((n) => `p-20260101-000000-000${n}`));
  expect(readdirSync(inRuns('records/p-20260101-000000-0001'))).toEqual(['run.json']);
  const threeDaysAgo = new Date(Date.now() - 3 * 86_400_000);
  utimesSync(inRuns('records/p-20260101-000000-0003/runner/holder.json'), threeDaysAgo, threeDaysAgo);
  project.store().sweep();
  expect(readdirSync(inRuns('records')).sort()).toEqual([1, 2].map((n) => `p-20260101-000000-000${n}`));
});
