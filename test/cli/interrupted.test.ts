import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunRecord } from '../../src/runner/records.ts';
import { arithmeticProject } from '../support/arithmetic.ts';
import { filesBelow } from '../support/files.ts';
import { isRunning } from '../support/is-running.ts';
import { killTree } from '../support/kill-tree.ts';
import { makeProject } from '../support/project.ts';
import type { TestProject } from '../support/project.ts';

let project: TestProject;
beforeEach(() => {
  project = makeProject(arithmeticProject());
});
afterEach(() => project.remove());

test('a stage that was interrupted is not said to have never been reached', async () => {
  const { process: runner, result } = project.start(['arithmetic.json5', 'scale.trouble=wait']);
  runner.stderr!.on('data', (text: string) => void (text.includes('scale: started') && runner.kill('SIGINT')));
  const { exitCode, stderr } = await result;
  expect(exitCode).toBe(130);
  expect(stderr).toMatch(/^scale: interrupted$/m);
  expect(stderr).toMatch(/^total: not reached: /m);
});

/** `scale` saves something, starts a process in its group and one in a session of its own, and says which they are. */
const parent = `import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
export default async ({ events, progress }) => {
  writeFileSync(progress + '/saved', '');
  const start = (detached) => spawn('sleep', ['600'], { detached, stdio: 'ignore' }).pid;
  events.log('started ' + start(false) + ' and ' + start(true));
  await new Promise((resolve) => setTimeout(resolve, 600_000));
};
`;

/** Starts a run of it. @returns ids of what the stage started, once it did */
async function startParent() {
  project.write({ 'stages/scale.ts': parent });
  const { process: runner, result } = project.start(['arithmetic.json5']);
  const pids = await new Promise<number[]>((resolve, reject) => {
    let text = '';
    runner.stderr!.on('data', (more: string) => {
      const found = /scale: started (\d+) and (\d+)\n/.exec((text += more));
      if (found !== null) resolve(found.slice(1).map(Number));
    });
    void result.then(({ stderr }) => reject(new Error(stderr)));
  });
  return { runner, result, pids };
}

test('a run and its stage at work are running while the runner lives, and interrupted when that was killed', async () => {
  const { runner, result } = await startParent();
  const shown = async () => {
    const { status, stages } = JSON.parse((await project.run(['show', 'latest', '--json'])).stdout) as RunRecord;
    return { status, stages: stages.map(({ id, outcome }) => `${id} ${outcome}`) };
  };
  // What is at work stands in the record within a second.
  for (let tries = 0; tries < 10 && (await shown()).stages[1] !== 'scale running'; tries++);
  expect(await shown()).toEqual({ status: 'running', stages: ['source ran', 'scale running', 'total not reached'] });
  runner.kill('SIGKILL');
  await result;
  const stages = ['source ran', 'scale interrupted', 'total not reached'];
  expect(await shown()).toEqual({ status: 'interrupted', stages });
  // A record that is kept keeps what its run left unfinished.
  const { keep } = JSON.parse((await project.run(['gc', '--json'])).stdout) as {
    keep: { kind: string; keptBy: string[] }[];
  };
  expect(keep.filter(({ kind }) => kind === 'progress')).toEqual([
    expect.objectContaining({ keptBy: expect.arrayContaining([expect.stringMatching(/^arithmetic-/)]) }),
  ]);
});

(existsSync('/proc/self/environ') ? test : test.skip).each(['SIGINT', 'SIGTERM', 'SIGKILL'] as const)(
  'what a stage starts ends with it when its runner gets %s, be it in its process group or not',
  async (signal) => {
    const { runner, result, pids } = await startParent();
    expect(pids.map(isRunning)).toEqual([true, true]);
    runner.kill(signal);
    await result;
    for (let waited = 0; pids.some(isRunning) && waited < 20_000; waited += 50) await sleep(50);
    expect(pids.map(isRunning)).toEqual([false, false]);
  },
);

test('what a killed run left is gone after the next one, though that has nothing to do, but for the progress', async () => {
  project.write({ 'other.json5': project.read('arithmetic.json5').replace('"arithmetic"', '"other"') });
  expect((await project.run(['other.json5', 'source'])).exitCode).toBe(0);
  const { runner, result } = await startParent();
  killTree(runner.pid!);
  await result;
  const left = () =>
    readdirSync(path.join(project.folder, 'runs'), { recursive: true, encoding: 'utf8' }).filter((name) =>
      /^(store\/(locks|tmp)|records\/[^/]+\/runner)\/[^/]+$/.test(name),
    );
  expect(left().length).toBeGreaterThan(2);
  expect((await project.run(['other.json5', 'source'])).stderr).toMatch(/^Nothing to run/);
  expect(left()).toEqual([]);
  expect(filesBelow(path.join(project.folder, 'runs/store/progress'))).toHaveLength(1);
});

test.each(['SIGINT', 'SIGTERM'] as const)(
  'a stage that computes without a pause saves its progress at %s, goes on from there, and keeps none when done',
  async (signal) => {
    const { process: runner, result } = project.start(['arithmetic.json5', 'scale.trouble=busy']);
    runner.stderr!.on('data', (text: string) => void (text.includes('scale: counting') && runner.kill(signal)));
    const { exitCode } = await result;
    expect(exitCode).toBe(signal === 'SIGINT' ? 130 : 143);
    const again = await project.run(['arithmetic.json5', 'scale.trouble=busy']);
    expect(again.exitCode).toBe(0);
    expect(again.stderr).toMatch(/scale: resuming after [1-9]\d*$/m);
    expect(readdirSync(path.join(project.folder, 'runs/store/progress'))).toEqual([]);
  },
);
