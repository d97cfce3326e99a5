import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describeHolder, KeyLock } from '../../../src/runner/store/key-lock.ts';
import { isGone, markOfThisProcess } from '../../../src/runner/store/liveness.ts';
import { ToyProject } from '../support/toy-project.ts';

let project: ToyProject;
let folder: string;

beforeEach(() => {
  project = new ToyProject();
  folder = path.join(project.folder, 'runs/store/locks/abc');
});

afterEach(() => project.remove());

const attempt = () => KeyLock.tryTake(folder, { pipeline: 'p', run: 'p-20260101-000000-0000', stage: 'train.1' });

function take(): KeyLock {
  const taken = attempt();
  if (!('lock' in taken)) throw new Error('the lock is not free');
  return taken.lock;
}

function leaveLock(holder: object): void {
  mkdirSync(folder, { recursive: true });
  const since = new Date(Date.now() - 90_000).toISOString();
  writeFileSync(
    path.join(folder, 'holder.json'),
    JSON.stringify({ pipeline: 'p', run: 'r', stage: 'train.2', since, ...holder }),
  );
}

/** Of a process that has just ended. */
const deadPid = () => Number(execFileSync('sh', ['-c', 'echo $$']).toString());

describe('the lock of a key', () => {
  test('goes from one holder to the next, and is named meanwhile', () => {
    const first = take();
    const second = attempt();
    expect('holder' in second && describeHolder(second.holder!)).toBe(
      `process ${process.pid} on ${os.hostname()} (pipeline p, executing train.1, for 0 s)`,
    );
    first.release();
    take().release();
  });

  test('of a process that died is taken over, and its stage given time to die too', async () => {
    leaveLock({ pid: deadPid(), host: os.hostname() });
    const lock = take();
    const began = performance.now();
    await lock.quiet();
    expect(performance.now() - began).toBeGreaterThan(900);
    lock.release();
    const next = performance.now();
    await take().quiet();
    expect(performance.now() - next).toBeLessThan(500);
  });

  test('of a process whose id another one has now is taken over', () => {
    expect(markOfThisProcess().processStart).toMatch(/^\d+$/);
    leaveLock({ pid: process.pid, host: os.hostname(), processStart: '1' });
    take().release();
  });

  test('of a killed process that nobody has collected is taken over', async () => {
    // The shell is replaced by a program that never asks for its children.
    const parent = spawn('sh', ['-c', 'sh -c "sleep 0.1" & echo $!; exec sleep 60']);
    try {
      const pid = Number(
        await new Promise<string>((resolve) => parent.stdout.once('data', (text) => resolve(String(text)))),
      );
      leaveLock({ pid, host: os.hostname() });
      expect(attempt()).toHaveProperty('holder.pid', pid);
      for (let waited = 0; !isGone({ pid, host: os.hostname() }) && waited < 5000; waited += 50) await sleep(50);
      take().release();
    } finally {
      parent.kill('SIGKILL');
    }
  });

  test('without a name is given the time to be named, not more', () => {
    mkdirSync(folder, { recursive: true });
    expect(attempt()).toEqual({ holder: undefined });
    utimesSync(folder, new Date(0), new Date(0));
    take().release();
  });

  test('of another host is left alone, and named with its stage and age', () => {
    leaveLock({ pid: 1, host: 'elsewhere' });
    const found = attempt();
    expect('holder' in found && describeHolder(found.holder!)).toBe(
      'process 1 on elsewhere (pipeline p, executing train.2, for 90 s)',
    );
  });

  test('of a dead holder goes to just one of those who notice', async () => {
    leaveLock({ pid: deadPid(), host: os.hostname() });
    let holders = 0;
    await Promise.all(
      [1, 2, 3].map(async () => {
        for (let taken = attempt(); ; taken = attempt()) {
          if ('lock' in taken) {
            expect(++holders).toBe(1);
            await sleep(20);
            holders--;
            return taken.lock.release();
          }
          await sleep(5);
        }
      }),
    );
  });

  test('that someone else has by now is not released', () => {
    const lock = take();
    leaveLock({ pid: 1, host: 'elsewhere' });
    lock.release();
    expect(attempt()).toHaveProperty('holder.host', 'elsewhere');
  });
});
