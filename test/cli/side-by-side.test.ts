import { afterEach, describe, expect, test } from '@jest/globals';
import { execFileSync, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Locks } from '../../src/runner/store/lock.ts';
import type { ProcessMark } from '../../src/runner/store/liveness.ts';
import { stateOf } from '../support/is-running.ts';
import { killTree } from '../support/kill-tree.ts';
import { makeProject } from '../support/project.ts';
import type { CommandResult, TestProject } from '../support/project.ts';

/*
 * Several runs of the real command line at once. `shared` is the same for all seeds and stays at work until a file `go`
 * is there; `own` depends on the seed. Both tell in `executed.log` that they were executed.
 */

const opened: TestProject[] = [];
afterEach(() => opened.splice(0).forEach((project) => project.remove()));

const stageType = (name: string, seeded: boolean, inputs: object) =>
  JSON.stringify({
    name,
    description: name,
    inputs,
    outputs: { number: { artifact: 'number', description: 'A number.' } },
    params: {
      type: 'object',
      additionalProperties: false,
      properties: {
        file: { type: 'string', default: '', description: 'What to wait for.' },
        value: { type: 'number', default: 0, description: 'Its part of the result.' },
      },
    },
    ...(seeded ? { seeded: true } : {}),
  });

const stageCode = `import { appendFileSync, existsSync, writeFileSync } from 'node:fs';
export default async ({ params, outputs, seed, progress }) => {
  appendFileSync(process.env.LOG, (seed === undefined ? 'shared' : 'own ' + seed.value) + '\\n');
  writeFileSync(progress + '/begun', '');
  if (params.file !== '') while (!existsSync(params.file)) await new Promise((resolve) => setTimeout(resolve, 20));
  writeFileSync(outputs.number + '/number.json', JSON.stringify({ value: (seed?.value ?? 0) + params.value }));
};
`;

function open(): TestProject {
  const optional = { number: { artifact: 'number', description: 'A number.', optional: true } };
  const pipeline = (name: string, value: number) =>
    JSON.stringify({
      name,
      stages: {
        shared: { uses: 'shared', with: { value, file: 'go' } },
        own: { uses: 'own', in: { number: 'shared' } },
        other: { uses: 'own', with: { value: 7 } },
      },
    });
  const project = makeProject({
    'schemas/stages/shared.json': stageType('shared', false, {}),
    'schemas/stages/own.json': stageType('own', true, optional),
    'schemas/artifacts/number.schema.json': JSON.stringify({
      title: 'number',
      description: 'A number.',
      type: 'object',
      properties: { value: { type: 'number' } },
    }),
    'stages/shared.ts': stageCode,
    'stages/own.ts': stageCode,
    'one.json5': pipeline('one', 1),
    'two.json5': pipeline('two', 2),
  });
  opened.push(project);
  return project;
}

interface Started {
  process: ChildProcess;
  result: Promise<CommandResult>;
  /** What it has written to standard error so far. */
  told(): string;
}

function start(project: TestProject, words: string[], log = path.join(project.folder, 'executed.log')): Started {
  const { process, result } = project.start(words, { env: { LOG: log } });
  let text = '';
  process.stderr!.on('data', (more: string) => void (text += more));
  return { process, result, told: () => text };
}

async function until(what: () => boolean, limit = 20_000): Promise<void> {
  const began = performance.now();
  while (!what()) {
    if (performance.now() - began > limit) throw new Error(`waited in vain for ${what}`);
    await sleep(20);
  }
}

const executions = (project: TestProject) =>
  existsSync(path.join(project.folder, 'executed.log')) ? project.read('executed.log').trimEnd().split('\n') : [];
const go = (project: TestProject) => project.write({ go: '' });
const valueOf = (project: TestProject, pipeline: string, stage: string) =>
  (JSON.parse(project.read(`runs/latest/${pipeline}/${stage}/number/number.json`)) as { value: number }).value;

describe('two runs in one project', () => {
  test('of different pipelines go on side by side', async () => {
    const project = open();
    const runs = [start(project, ['one.json5', 'shared']), start(project, ['two.json5', 'shared'])];
    // Each is at work before either may end.
    await until(() => runs.every(({ told }) => told().includes('shared: started')) && executions(project).length === 2);
    const running = JSON.parse((await project.run(['runs', '--json'])).stdout) as { status: string }[];
    expect(running.map(({ status }) => status)).toEqual(['running', 'running']);
    go(project);
    for (const { result } of runs) expect(await result).toMatchObject({ exitCode: 0 });
    expect([valueOf(project, 'one', 'shared'), valueOf(project, 'two', 'shared')]).toEqual([1, 2]);
    expect(runs.map(({ told }) => told()).join()).not.toContain('waiting');
  });

  test('of one pipeline with two seeds execute what they share once, and the rest goes on meanwhile', async () => {
    const project = open();
    const first = start(project, ['one.json5', 'seed=1', '-j', '2']);
    await until(() => executions(project).includes('shared'));
    const second = start(project, ['one.json5', 'seed=2']);
    await until(() => second.told().includes('other: done'));
    expect(second.told()).toMatch(
      new RegExp(
        `^shared: waiting for process ${first.process.pid} on \\S+ \\(pipeline one, executing shared, for \\d+ s\\)$`,
        'm',
      ),
    );
    go(project);
    expect(await first.result).toMatchObject({ exitCode: 0 });
    expect(await second.result).toMatchObject({ exitCode: 0, stderr: expect.stringMatching(/^shared: restored$/m) });
    expect(executions(project).sort()).toEqual(['own 1', 'own 1', 'own 2', 'own 2', 'shared']);
  });

  test('and one is killed with all that it started: the other goes on from its progress', async () => {
    const project = open();
    const first = start(project, ['one.json5', 'seed=1']);
    await until(() => executions(project).includes('shared'));
    const second = start(project, ['one.json5', 'seed=2']);
    await until(() => second.told().includes('shared: waiting for'));
    killTree(first.process.pid!);
    const killed = performance.now();
    await until(() => second.told().includes('shared: resuming'));
    expect(performance.now() - killed).toBeLessThan(15_000);
    await first.result;
    const [{ status }] = JSON.parse((await project.run(['runs', '--json'])).stdout).slice(-1) as { status: string }[];
    expect(status).toBe('interrupted');
    go(project);
    expect(await second.result).toMatchObject({ exitCode: 0 });
    expect(executions(project).filter((line) => line === 'shared')).toHaveLength(2);
    expect(valueOf(project, 'one', 'shared')).toBe(1);
    expect((await start(project, ['one.json5', 'seed=2']).result).stderr).toContain('Nothing to run');
  });

  test('and the time to wait is over: what needs no other run is made, and the exit code is 75', async () => {
    const project = open();
    const first = start(project, ['one.json5', 'shared']);
    await until(() => executions(project).includes('shared'));
    const { exitCode, stderr } = await start(project, ['one.json5', 'seed=2', '--lock-timeout', '0.3']).result;
    expect(exitCode).toBe(75);
    expect(stderr).toMatch(
      /^shared: not reached: its key [0-9a-f]{12} is in use by process \d+ on .*; gave up after waiting 0\.3 s$/m,
    );
    expect(stderr).toMatch(/^own: not reached: it needs 'shared'$/m);
    expect(stderr).toMatch(/^other: done/m);
    expect(stderr).toMatch(/^error: stage 'shared' was not made: /m);
    go(project);
    expect(await first.result).toMatchObject({ exitCode: 0 });
  });

  test('and Ctrl-C ends the one that waits', async () => {
    const project = open();
    const first = start(project, ['one.json5', 'shared']);
    await until(() => executions(project).includes('shared'));
    const second = start(project, ['one.json5', 'shared']);
    await until(() => second.told().includes('shared: waiting for'));
    second.process.kill('SIGINT');
    expect(await second.result).toMatchObject({ exitCode: 130 });
    go(project);
    expect(await first.result).toMatchObject({ exitCode: 0 });
  });
});

describe('a runner that is suspended, as by Ctrl-Z,', () => {
  const suspended: ChildProcess[] = [];
  afterEach(() => {
    for (const runner of suspended.splice(0)) runner.kill('SIGKILL');
  });

  test('leaves its stage at work and its key its own; who lost a key elsewhere ends the stage and takes the result', async () => {
    const project = open();
    const first = start(project, ['one.json5', 'shared']);
    await until(() => executions(project).includes('shared'));
    const [key] = readdirSync(path.join(project.folder, 'runs/store/locks'));
    const lock = path.join('runs/store/locks', key);
    const holder = JSON.parse(project.read(path.join(lock, 'holder.json'))) as ProcessMark;
    suspended.push(first.process);
    // Away from a terminal the system ignores the signal of Ctrl-Z, SIGTSTP.
    first.process.kill('SIGSTOP');
    await until(() => stateOf(holder.pid) === 'T');
    const stages = execFileSync('pgrep', ['--parent', String(holder.pid)], { encoding: 'utf8' });
    expect(stages.trim().split('\n').map(Number).map(stateOf)).toContainEqual(expect.stringMatching(/^[RS]$/));

    // As in production, but for the patience.
    const times = { beat: 40, stale: 600 };
    const takeOver = (by = new Locks(times)) => {
      const taken = by.tryTake(path.join(project.folder, lock));
      if ('lock' in taken) taken.lock.release();
      return 'lock' in taken;
    };
    const here = new Locks(times);
    for (const began = performance.now(); performance.now() - began < 2 * times.stale; await sleep(20))
      expect(takeOver(here)).toBe(false);
    // As if it was on another machine, where nobody here can look for it.
    project.write({ [path.join(lock, 'holder.json')]: JSON.stringify({ ...holder, space: 'f'.repeat(12) }) });
    const elsewhere = new Locks(times);
    await until(() => takeOver(elsewhere));

    const second = start(project, ['one.json5', 'shared']);
    await until(() => executions(project).length === 2);
    first.process.kill('SIGCONT');
    await until(() => first.told().includes(`shared: waiting for process ${second.process.pid} `));
    expect(first.told()).toMatch(/^shared: warning: another run has taken over/m);
    go(project);
    expect(await second.result).toMatchObject({ exitCode: 0 });
    expect(await first.result).toMatchObject({ exitCode: 0, stderr: expect.stringMatching(/^shared: restored$/m) });
    expect(executions(project)).toEqual(['shared', 'shared']);
  });
});

test('two projects with one store execute what they share once, and keep their records apart', async () => {
  const [here, there] = [open(), open()];
  const store = path.join(here.folder, 'common');
  mkdirSync(store);
  const log = path.join(here.folder, 'executed.log');
  const first = start(here, ['one.json5', '--store', store]);
  await until(() => executions(here).includes('shared'));
  const second = start(there, ['one.json5', '--store', store], log);
  await until(() => second.told().includes('shared: waiting for process'));
  go(here);
  expect(await first.result).toMatchObject({ exitCode: 0 });
  expect(await second.result).toMatchObject({ exitCode: 0 });
  expect(executions(here).sort()).toEqual(['own 1', 'own 1', 'shared']);
  expect(readFileSync(path.join(there.folder, 'runs/latest/one/own/number/number.json'))).toEqual(
    readFileSync(path.join(here.folder, 'runs/latest/one/own/number/number.json')),
  );
  for (const project of [here, there])
    expect(JSON.parse((await project.run(['runs', '--json'])).stdout)).toHaveLength(1);
});

/** Whether this system lets a test have PID namespaces of its own. */
const hasNamespaces = spawnSync('unshare', ['--fork', '--pid', '--mount-proc', 'true']).status === 0;

test.each([
  ['of one machine', []],
  // Every second one sees no process of the others, and has the host name that they have.
  ...(hasNamespaces
    ? [['in two PID namespaces', ['unshare', '--fork', '--pid', '--mount-proc', '--kill-child']] as const]
    : []),
])('four projects with one store, %s, execute what they share once', async (_, wrapper) => {
  const projects = [1, 2, 3, 4].map(() => open());
  const store = path.join(projects[0].folder, 'common');
  const log = path.join(projects[0].folder, 'executed.log');
  const runs = projects.map((project, index) => {
    const options = { env: { LOG: log }, wrapper: index % 2 === 1 ? wrapper : [] };
    return project.start(['one.json5', '--store', store, '--set', `shared.file=${projects[0].folder}/go`], options);
  });
  await until(() => executions(projects[0]).includes('shared'));
  await sleep(1000);
  go(projects[0]);
  for (const { result } of runs) expect(await result).toMatchObject({ exitCode: 0 });
  // `shared`, `own` and `other`: each key once.
  expect(executions(projects[0]).sort()).toEqual(['own 1', 'own 1', 'shared']);
});
