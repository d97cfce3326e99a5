import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { processSpace } from '../../../src/disk/process-space.ts';
import { describeHolder, Locks } from '../../../src/runner/store/lock.ts';
import type { Lock } from '../../../src/runner/store/lock.ts';
import { isGone, markOfThisProcess } from '../../../src/runner/store/liveness.ts';
import { ToyProject } from '../support/toy-project.ts';

let project: ToyProject;
let folder: string;
/** As in production, but that beats and patience are short. */
const times = { beat: 40, stale: 600 };
let locks: Locks;

beforeEach(() => {
  project = new ToyProject();
  folder = path.join(project.folder, 'runs/store/locks/abc');
  locks = new Locks(times);
});

afterEach(() => project.remove());

const claim = { pipeline: 'p', run: 'p-20260101-000000-0000', stage: 'train.1' };
const attempt = (by = locks) => by.tryTake(folder, claim);

function take(by = locks): Lock {
  const taken = attempt(by);
  if (!('lock' in taken)) throw new Error('the lock is not free');
  return taken.lock;
}

/** A lock as it stands in the store, of a holder in another PID namespace unless told otherwise. */
function leaveLock(holder: object): void {
  mkdirSync(folder, { recursive: true });
  const mark = { host: os.hostname(), space: 'f'.repeat(12), since: '2026-01-01T00:00:00.000Z', token: 't' };
  writeFileSync(
    path.join(folder, 'holder.json'),
    JSON.stringify({ ...mark, claim: { ...claim, stage: 'train.2' }, ...holder }),
  );
}

const beat = (seconds: number) => writeFileSync(path.join(folder, 'beat'), String(seconds));

/** Tries as a run that waits does, for some milliseconds or until it has the lock. */
async function tryFor(milliseconds: number, by = locks): Promise<Lock | undefined> {
  for (const began = performance.now(); performance.now() - began < milliseconds; await sleep(10)) {
    const taken = attempt(by);
    if ('lock' in taken) return taken.lock;
  }
  return undefined;
}

/** Of a process that has just ended. */
const deadPid = () => Number(execFileSync('sh', ['-c', 'echo $$']).toString());

describe('the lock of a key', () => {
  test('goes from one holder to the next, is named meanwhile, and leaves nothing', () => {
    const first = take();
    expect(first.isHeld()).toBe(true);
    const second = attempt();
    expect('holder' in second && describeHolder(second.holder!)).toBe(
      `process ${process.pid} on ${os.hostname()} (pipeline p, executing train.1, for 0 s)`,
    );
    first.release();
    take().release();
    expect(readdirSync(path.dirname(folder))).toEqual([]);
  });

  test('of a process that died is taken over at once, and its stage given time to die too', async () => {
    leaveLock({ pid: deadPid(), space: processSpace() });
    const lock = take();
    const began = performance.now();
    await lock.quiet();
    expect(performance.now() - began).toBeGreaterThan(900);
    lock.release();
    expect(readdirSync(path.dirname(folder))).toEqual([]);
  });

  test('of a process whose id another one has now is taken over', () => {
    expect(markOfThisProcess().processStart).toMatch(/^\d+$/);
    leaveLock({ pid: process.pid, space: processSpace(), processStart: '1' });
    take().release();
  });

  test('of a killed process that nobody has collected is taken over', async () => {
    // The shell is replaced by a program that never asks for its children.
    const parent = spawn('sh', ['-c', 'sh -c "sleep 0.1" & echo $!; exec sleep 60']);
    try {
      const pid = Number(
        await new Promise<string>((resolve) => parent.stdout.once('data', (text) => resolve(String(text)))),
      );
      leaveLock({ pid, space: processSpace() });
      expect(attempt()).toHaveProperty('holder.pid', pid);
      for (let waited = 0; !isGone({ pid, space: processSpace() }) && waited < 5000; waited += 50) await sleep(50);
      take().release();
    } finally {
      parent.kill('SIGKILL');
    }
  });

  test('of a process that is seen to live is not taken, however long the lock stands still', async () => {
    leaveLock({ pid: process.pid, space: processSpace() });
    expect(await tryFor(3 * times.stale)).toBeUndefined();
  });

  test('of a dead holder goes to just one of those who notice', async () => {
    leaveLock({ pid: deadPid(), space: processSpace() });
    let holders = 0;
    await Promise.all(
      [1, 2, 3].map(async () => {
        const own = new Locks(times);
        for (let taken = attempt(own); ; taken = attempt(own)) {
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
    rmSync(folder, { recursive: true });
    leaveLock({ pid: 1, host: 'elsewhere' });
    lock.release();
    expect(attempt()).toHaveProperty('holder.host', 'elsewhere');
  });
});

describe('the lock of a holder that cannot be looked for', () => {
  test.each([
    ['on another machine', { pid: 1, host: 'elsewhere' }],
    ['on one whose clock is years ahead', { pid: 1, host: 'elsewhere', since: '2100-01-01T00:00:00.000Z' }],
    ['in another container of the same host name, with the id of a process that lives here', { pid: process.pid }],
    ['with an id that is none', { pid: 0, space: processSpace() }],
  ])('%s, is left alone while it changes, and taken over when it has stood still', async (_, holder) => {
    leaveLock(holder);
    let seconds = 0;
    const beating = setInterval(() => beat((seconds += 2)), times.beat);
    try {
      expect(await tryFor(2 * times.stale)).toBeUndefined();
      const found = attempt();
      expect('holder' in found && describeHolder(found.holder!)).toMatch(
        /^process \d+ on \S+ \(pipeline p, executing train\.2, for [1-9]\d* s\)$/,
      );
    } finally {
      clearInterval(beating);
    }
    const lock = await tryFor(20 * times.stale);
    expect(lock?.isHeld()).toBe(true);
    lock!.release();
  });

  test.each([
    ['without a holder', () => mkdirSync(folder, { recursive: true })],
    ['whose holder is null', () => (leaveLock({}), writeFileSync(path.join(folder, 'holder.json'), 'null'))],
    ['that is a file', () => (mkdirSync(path.dirname(folder), { recursive: true }), writeFileSync(folder, '{}'))],
  ])('%s, blocks for no longer than that', async (_, leave) => {
    leave();
    (await tryFor(20 * times.stale))!.release();
    expect(existsSync(folder)).toBe(false);
  });

  test('is not judged by the time in which nobody looked', async () => {
    leaveLock({ pid: 1, host: 'elsewhere' });
    const slow = new Locks({ beat: 40, stale: 2_000 });
    expect(attempt(slow)).toHaveProperty('holder');
    await sleep(2_500);
    expect(attempt(slow)).toHaveProperty('holder');
  });

  test('shows that it lives while its process computes without a pause', async () => {
    const lock = take();
    await sleep(5 * times.beat);
    const told = () => (attempt() as { holder: { seconds: number } }).holder.seconds;
    const before = told();
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10 * times.beat);
    expect(told()).toBeGreaterThan(before);
    lock.release();
  });

  test('says so to who had it when another one has taken it over', async () => {
    const lock = take();
    expect(lock.lost.aborted).toBe(false);
    rmSync(folder, { recursive: true });
    leaveLock({ pid: 1, host: 'elsewhere' });
    for (let waited = 0; !lock.lost.aborted && waited < 5_000; waited += 20) await sleep(20);
    expect(lock.lost.aborted).toBe(true);
    expect(lock.isHeld()).toBe(false);
  });
});
