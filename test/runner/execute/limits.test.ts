/** What stages are held to: memory, time, graphics processors, the engine of their key; and what is recorded of each try. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { chmodSync, mkdtempSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { groupLimits } from '../../../src/runner/execute/machine/cgroup.ts';
import { findGpus } from '../../../src/runner/execute/machine/gpus.ts';
import { localExecutor } from '../../../src/runner/execute/local/executor.ts';
import type { JobExecutor } from '../../../src/runner/execute/job.ts';
import type { Pipeline, StageInstance } from '../../../src/runner/types.ts';
import { hostProgram, ToyProject } from '../support/toy-project.ts';

let project: ToyProject;

beforeEach(() => {
  project = new ToyProject();
});

afterEach(() => project.remove());

const head = `import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
/** As long as that many milliseconds of computing take. */
const compute = (milliseconds) => {
  const end = process.cpuUsage().user + 1000 * milliseconds;
  for (let i = 1; i % 1000000 !== 0 || process.cpuUsage().user < end; i++);
};
const done = (outputs, value = 1) => writeFileSync(path.join(outputs.number, 'number.json'), JSON.stringify({ value }));
`;

/** One stage of the given code, with what is said of it beside. */
function single(code: string, more: Partial<StageInstance> = {}, type: object = {}): Pipeline {
  project.addType(
    't',
    `${head}export default async ({ params, outputs, progress, parts, events, isStopping }) => {${code}\n};
export const parts = { hold: () => { ${hold(150)} return bytes.length; } };`,
    type,
  );
  const pipeline = project.pipeline({ s: { type: 't' } });
  Object.assign(pipeline.stages[0], more);
  return pipeline;
}

/** Memory that is really there: pages that nobody wrote to are not. */
const hold = (mebibytes: number) =>
  `const bytes = Buffer.alloc(${mebibytes} * 2 ** 20, 1); for (const end = Date.now() + 1500; Date.now() < end;) bytes[0]++;`;

const mebibyte = 2 ** 20;
const memory = (mebibytes: number) => ({ resources: { cores: 1, gpu: 0, memory: mebibytes * mebibyte } });
// The limit is looked after by what /proc says.
const onLinux = process.platform === 'linux' ? test : test.skip;

describe('memory', () => {
  onLinux('is a limit: a stage that passes it ends, and says by how much', async () => {
    const { record } = await project.run(single(`${hold(400)} done(outputs);`, memory(300)));
    const [{ outcome, error = '', attempts = [] }] = record.stages;
    expect(outcome).toBe('failed');
    const [, took] =
      /^it took (\d+) MiB of memory, and its limit is 300 MiB: let it have more with "memory"/.exec(error) ?? [];
    expect(Number(took)).toBeGreaterThan(300);
    expect(attempts[0].peakMemoryBytes).toBeGreaterThan(300 * mebibyte);
  });

  onLinux('counts what a stage starts', async () => {
    const child = `spawnSync(process.execPath, ['-e', ${JSON.stringify(hold(400))}]); done(outputs);`;
    const { record } = await project.run(single(child, memory(350)));
    expect(record.stages[0].error).toMatch(/^it took \d+ MiB of memory, and its limit is 350 MiB/);
  });

  onLinux('counts the parts of a stage together', async () => {
    const code = `await parts('hold', [{ part: 1 }, { part: 2 }]); done(outputs);`;
    const stage = { resources: { cores: 2, gpu: 0, memory: 450 * mebibyte } };
    const { record } = await project.run(single(code, stage), { resources: { cores: 2 } });
    expect(record.stages[0].error).toMatch(/450 MiB/);
  });

  onLinux('within its limit a stage is left alone', async () => {
    expect((await project.run(single(`${hold(100)} done(outputs);`, memory(600)))).ran).toEqual(['s']);
  });
});

describe('a stage with a timeout', () => {
  test('is stopped when that is over, saves its progress, and goes on from it', async () => {
    const code = `
      if (existsSync(progress + '/saved')) return done(outputs, 7);
      while (!isStopping()) await new Promise((resolve) => setTimeout(resolve, 20));
      writeFileSync(progress + '/saved', '');
      throw Object.assign(new Error('stopped'), { name: 'StoppedError' });`;
    const first = await project.run(single(code, { timeout: 1 }));
    expect(first.record.status).toBe('failed');
    expect(first.record.stages[0].error).toMatch(/^it took longer than its timeout of 1 s; what it saved is kept/);
    expect((await project.run(single(code, { timeout: 60 }))).ran).toEqual(['s']);
    expect(project.latest('s')).toBe(7);
  });
});

describe('a stage that may be tried again', () => {
  // Fails as often as it is told to, and then does not.
  const flaky = (failures: number) => `
    const file = progress + '/tries';
    const tries = existsSync(file) ? readFileSync(file, 'utf8').length : 0;
    appendFileSync(file, '.');
    if (tries < ${failures}) throw new Error('try ' + (tries + 1));
    done(outputs);`;

  test('is, goes on from what it saved, and each try is recorded', async () => {
    const { record, events } = await project.run(single(flaky(2), { retries: 2 }));
    const [{ outcome, attempts = [] }] = record.stages;
    expect(outcome).toBe('ran');
    expect(attempts.map(({ outcome: each, error }) => [each, error])).toEqual([
      ['failed', 'Error: try 1'],
      ['failed', 'Error: try 2'],
      ['ran', undefined],
    ]);
    expect(events.filter(({ type }) => type === 'stage-failed')).toEqual([]);
    expect(events).toContainEqual(
      expect.objectContaining({
        type: 'stage-log',
        level: 'warning',
        message: 'failed: Error: try 1; trying again (1 of 2)',
      }),
    );
    expect(readFileSync(project.store().logFile(record, 's')!, 'utf8')).toMatch(/Error: try 1\n(.*\n)*.*Error: try 2/);
  });

  test('fails when it has failed once more than that', async () => {
    const { record } = await project.run(single(flaky(3), { retries: 1 }));
    expect(record.stages[0]).toMatchObject({ outcome: 'failed', error: 'Error: try 2' });
    expect(record.stages[0].attempts).toHaveLength(2);
  });
});

describe('of each try is recorded', () => {
  test('what it took: time, memory, and bytes', async () => {
    const code = `
      const bytes = Buffer.alloc(64 * 2 ** 20, 1);
      writeFileSync(progress + '/large', bytes);
      for (let i = 0; i < 3; i++) readFileSync(progress + '/large');
      compute(400);
      done(outputs);`;
    const { record } = await project.run(single(code));
    const [attempt] = record.stages[0].attempts!;
    expect(attempt.cpuSeconds).toBeGreaterThan(0.4);
    // One thread computes, and a few of Node.js help.
    expect(attempt.cpuSeconds).toBeLessThan(attempt.seconds * os.availableParallelism() + 1);
    expect(attempt.peakMemoryBytes).toBeGreaterThan(64 * mebibyte);
    if (process.platform === 'linux') {
      expect(attempt.writtenBytes! / mebibyte).toBeGreaterThanOrEqual(64);
      expect(attempt.writtenBytes! / mebibyte).toBeLessThan(80);
      expect(attempt.readBytes! / mebibyte).toBeGreaterThanOrEqual(192);
      expect(attempt.readBytes! / mebibyte).toBeLessThan(250);
    }
    const { provenance } = project.store().keyRecord(record.stages[0].key!)!;
    expect(provenance).toMatchObject({ cpuSeconds: attempt.cpuSeconds, writtenBytes: attempt.writtenBytes });
  });

  onLinux('also of one that was killed', async () => {
    const code = `compute(1400); process.kill(process.pid, 'SIGKILL');`;
    const { record } = await project.run(single(code));
    const [attempt] = record.stages[0].attempts!;
    expect(attempt).toMatchObject({ outcome: 'failed', error: expect.stringMatching(/^killed by SIGKILL/) });
    expect(attempt.cpuSeconds).toBeGreaterThan(0.5);
    expect(attempt.peakMemoryBytes).toBeGreaterThan(1e7);
  });

  test('also of one that was interrupted', async () => {
    const stopping = new AbortController();
    const code = `while (!isStopping()) { compute(100); events.progress({ done: 1, unit: 'turns' }); }
      throw Object.assign(new Error('stopped'), { name: 'StoppedError' });`;
    const execute: JobExecutor = async (job, context) => {
      const onEvent: typeof context.onEvent = (event) => {
        if (event.type === 'progress') stopping.abort();
        context.onEvent(event);
      };
      return localExecutor({ host: await hostProgram() })(job, { ...context, onEvent });
    };
    const { record } = await project.run(single(code), { signal: stopping.signal, execute });
    expect(record.stages[0].attempts).toEqual([
      expect.objectContaining({
        outcome: 'interrupted',
        cpuSeconds: expect.any(Number),
        peakMemoryBytes: expect.any(Number),
      }),
    ]);
    expect(record.stages[0].attempts![0].peakMemoryBytes).toBeGreaterThan(1e7);
  });
});

describe('the engine', () => {
  const identity = () => Promise.resolve({ name: 'native', versions: { training: '1', decoding: '2' } });
  const report = (version: string) => `events.engine({ name: 'native', version: '${version}' }); done(outputs);`;

  test('that a stage reports is that of its key', async () => {
    const run = await project.run(single(report('1'), {}, { engine: 'training' }), { engineIdentity: identity });
    expect(run.ran).toEqual(['s']);
  });

  test('or else its result is not kept', async () => {
    const { record } = await project.run(single(report('2'), {}, { engine: 'training' }), { engineIdentity: identity });
    expect(record.stages[0].error).toBe(
      'it computed with engine native 2, and its key says native 1, so the result was not kept; run the pipeline again',
    );
    expect(project.store().keyRecord(record.stages[0].key!)).toBeUndefined();
  });
});

describe('graphics processors', () => {
  const folders: string[] = [];
  afterEach(() => folders.splice(0).forEach((folder) => rmSync(folder, { recursive: true })));

  /** A driver's tool that lists these, in the form that NVIDIA documents. */
  function machineWith(...uuids: string[]): NodeJS.ProcessEnv {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'shrinknas-smi-'));
    folders.push(folder);
    const lines = uuids.map((uuid, index) => `echo '${index}, ${uuid}'`).join('\n');
    writeFileSync(path.join(folder, 'nvidia-smi'), `#!/bin/sh\n${lines}\n`);
    chmodSync(path.join(folder, 'nvidia-smi'), 0o755);
    return { PATH: `${folder}:${process.env.PATH}` };
  }

  test('are found by the driver’s own tool, and within what CUDA_VISIBLE_DEVICES allows', async () => {
    const env = machineWith('GPU-aaaa', 'GPU-bbbb', 'GPU-cccc');
    expect(await findGpus(env)).toEqual(['0', '1', '2']);
    expect(await findGpus({ ...env, CUDA_VISIBLE_DEVICES: '2,0' })).toEqual(['2', '0']);
    expect(await findGpus({ ...env, CUDA_VISIBLE_DEVICES: 'GPU-bb' })).toEqual(['GPU-bb']);
    // CUDA documents that what follows a number that means nothing is not seen.
    expect(await findGpus({ ...env, CUDA_VISIBLE_DEVICES: '1,7,0' })).toEqual(['1']);
    expect(await findGpus({ ...env, CUDA_VISIBLE_DEVICES: '' })).toEqual([]);
    expect(await findGpus({ PATH: '/nowhere' })).toEqual([]);
  });

  test('are given out one by one', async () => {
    project.addType(
      'g',
      `${head}export default async ({ params, outputs }) => {
      const seen = process.env.CUDA_VISIBLE_DEVICES;
      appendFileSync(${JSON.stringify(project.folder)} + '/seen', 'begins ' + seen + '\\n');
      await new Promise((resolve) => setTimeout(resolve, 300));
      appendFileSync(${JSON.stringify(project.folder)} + '/seen', 'ends ' + seen + '\\n');
      done(outputs, params.value);
    };`,
    );
    const stages = Object.fromEntries(
      [1, 2, 3, 4].map((value) => [`s${value}`, { type: 'g', params: { value }, gpu: 1 }]),
    );
    const { ran } = await project.run(project.pipeline(stages), { jobs: 4, resources: { cores: 8, gpu: 2 } });
    expect(ran).toHaveLength(4);
    const used = new Set<string>();
    const seen = project
      .read('seen')
      .trim()
      .split('\n')
      .map((line) => line.split(' '));
    for (const [what, device] of seen) {
      expect(['0', '1']).toContain(device);
      if (what === 'ends') used.delete(device);
      else {
        expect(used.has(device)).toBe(false);
        used.add(device);
      }
    }
    expect(new Set(seen.map(([, device]) => device)).size).toBe(2);
  });

  test.each([
    [{ cores: 1, gpu: 3, memory: 0 }, "stage 's' wants 3 graphics processors, and only 2 are found here"],
    [{ cores: 1, gpu: 0, memory: 2 ** 31 }, "stage 's' wants 2.0 GiB of memory, and there are 1.0 GiB here"],
  ])('and memory that are not there are refused before anything runs: %j', async (resources, message) => {
    const location = { file: 'toy.json5', line: 3, column: 5, length: 1 };
    const pipeline = single('done(outputs);', { resources, location });
    const attempt = project.run(pipeline, { resources: { gpu: 2, memory: 2 ** 30 } });
    await expect(attempt).rejects.toMatchObject({ name: 'Diagnostic', exitCode: 2, message, location });
    expect(project.store().runs()).toEqual([]);
  });
});

describe('the limits of a control group', () => {
  test('are the narrowest of it and of those above it', () => {
    const root = mkdtempSync(path.join(os.tmpdir(), 'shrinknas-cgroup-'));
    mkdirSync(path.join(root, 'slurm/job'), { recursive: true });
    writeFileSync(path.join(root, 'slurm/cpu.max'), '350000 100000\n');
    writeFileSync(path.join(root, 'slurm/memory.max'), '8589934592\n');
    writeFileSync(path.join(root, 'slurm/job/cpu.max'), 'max 100000\n');
    writeFileSync(path.join(root, 'slurm/job/memory.max'), '1073741824\n');
    try {
      expect(groupLimits('12:cpu:/x\n0::/slurm/job\n', root)).toEqual({ cores: 3.5, memoryBytes: 2 ** 30 });
      expect(groupLimits('0::/\n', root)).toEqual({});
      expect(groupLimits('4:memory:/x\n', root)).toEqual({});
    } finally {
      rmSync(root, { recursive: true });
    }
  });
});
