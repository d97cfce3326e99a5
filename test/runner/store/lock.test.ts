import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { RunLock } from '../../../src/runner/store/lock.ts';
import { isAlive, processStart } from '../../../src/runner/store/process.ts';
import { ToyProject } from '../support/toy-project.ts';

let project: ToyProject;
let folder: string;

beforeEach(() => {
  project = new ToyProject();
  folder = path.join(project.folder, 'runs/lock');
});

afterEach(() => project.remove());

const take = (timeout: number, onWait?: (holder: string) => void) => RunLock.acquire(folder, { pipeline: 'p', timeout, onWait });

function leaveLock(holder: object): void {
  mkdirSync(folder, { recursive: true });
  const since = new Date(Date.now() - 90_000).toISOString();
  writeFileSync(path.join(folder, 'holder.json'), JSON.stringify({ pipeline: 'p', stages: ['train.2'], since, ...holder }));
}

/** Of a process that has just ended. */
const deadPid = () => Number(execFileSync('sh', ['-c', 'echo $$']).toString());

describe('the run lock', () => {
  test('goes from one holder to the next in turn', async () => {
    const first = await take(1);
    first.setStages('search-20260101-000000-0000', ['train.1']);
    const waited: string[] = [];
    const second = take(5, (holder) => waited.push(holder));
    setTimeout(() => first.release(), 50);
    (await second).release();
    expect(waited).toEqual([`process ${process.pid} on ${os.hostname()} (pipeline p, executing train.1, for 0 s)`]);
  });

  test('that is not obtained in time names its holder, with exit code 75', async () => {
    const lock = await take(1);
    await expect(take(0.1)).rejects.toMatchObject({ name: 'Diagnostic', exitCode: 75, message: expect.stringContaining(`in use by process ${process.pid}`) });
    lock.release();
  });

  test('of a process that died is taken over', async () => {
    const pid = deadPid();
    expect(isAlive(pid)).toBe(false);
    leaveLock({ pid, host: os.hostname() });
    (await take(0)).release();
  });

  test('of a process whose id another one has now is taken over', async () => {
    expect(processStart(process.pid)).toMatch(/^\d+$/);
    leaveLock({ pid: process.pid, host: os.hostname(), processStart: '1' });
    (await take(0)).release();
  });

  test('without a name is given the time to be named, not more', async () => {
    mkdirSync(folder, { recursive: true });
    await expect(take(0.1)).rejects.toThrow('in use by another run');
    utimesSync(folder, new Date(0), new Date(0));
    (await take(0)).release();
  });

  test('of another host is left alone, and named with its stage and age', async () => {
    leaveLock({ pid: 1, host: 'elsewhere' });
    await expect(take(0)).rejects.toThrow('process 1 on elsewhere (pipeline p, executing train.2, for 90 s)');
  });

  test('of a dead holder goes to just one of those who notice', async () => {
    leaveLock({ pid: deadPid(), host: os.hostname() });
    let holders = 0;
    await Promise.all([1, 2, 3].map(async () => {
      const lock = await take(10);
      expect(++holders).toBe(1);
      await new Promise((resolve) => setTimeout(resolve, 20));
      holders--;
      lock.release();
    }));
  });
});
