import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import type { JobExecutor } from '../../../src/runner/execute/job.ts';
import { Pool } from '../../../src/runner/execute/pool.ts';
import { RateMeter } from '../../../src/runner/execute/rate.ts';
import type { Resources } from '../../../src/runner/types.ts';
import { hostProgram, sumStage, ToyProject } from '../support/toy-project.ts';

let project: ToyProject;

beforeEach(() => {
  project = new ToyProject();
  project.addType('t', 'export default () => 1;\n');
});

afterEach(() => project.remove());

/** Keeps each stage running for a moment and notes which ran together. */
function observer() {
  const running = new Set<string>();
  const together: string[][] = [];
  const cores: Record<string, number> = {};
  const execute: JobExecutor = async (job) => {
    running.add(job.stage);
    cores[job.stage] = job.resources.cores;
    together.push([...running].sort());
    await sleep(20);
    running.delete(job.stage);
    writeFileSync(path.join(job.outputs.number.folder, 'number.json'), JSON.stringify({ value: job.params.value }));
    return { status: 'succeeded', peakMemoryBytes: 1 };
  };
  return { execute, together, cores };
}

describe('stages run together', () => {
  const limits = { cores: 4, gpu: 1, memory: 100 };

  test('as far as cores and graphics processors reach', async () => {
    const { execute, together, cores } = observer();
    await project.run(
      project.pipeline({
        a: { type: 't', params: { value: 1 }, cores: 3 },
        b: { type: 't', params: { value: 2 }, cores: 2 },
        c: { type: 't', params: { value: 3 }, cores: 1, gpu: 1 },
        d: { type: 't', params: { value: 4 }, cores: 1, gpu: 1 },
      }),
      { execute, jobs: 4, resources: limits },
    );
    // b waits for a, d for c; c overtakes b.
    expect(together[1]).toEqual(['a', 'c']);
    expect(together.some((ids) => ids.includes('a') && ids.includes('b'))).toBe(false);
    expect(together.some((ids) => ids.includes('c') && ids.includes('d'))).toBe(false);
    expect(cores).toEqual({ a: 3, b: 2, c: 1, d: 1 });
  });

  test('but never two that are forced and have the same key: they would share their saved progress', async () => {
    const { execute, together } = observer();
    const pipeline = project.pipeline({
      a: { type: 't', params: { value: 1 } },
      b: { type: 't', params: { value: 1 } },
    });
    const { ran } = await project.run(pipeline, { execute, jobs: 2, resources: limits, force: ['a', 'b'] });
    expect(ran).toEqual(['a', 'b']);
    expect(together).toEqual([['a'], ['b']]);
  });

  test('but alone when one asks for more than there is, and then with all cores', async () => {
    const { execute, together, cores } = observer();
    const run = await project.run(
      project.pipeline({
        a: { type: 't', params: { value: 1 } },
        big: { type: 't', params: { value: 2 }, cores: 64 },
        c: { type: 't', params: { value: 3 } },
      }),
      { execute, jobs: 3, resources: limits },
    );
    expect(run.ran).toEqual(['a', 'big', 'c']);
    expect(together.filter((ids) => ids.includes('big'))).toEqual([['big']]);
    expect(cores.big).toBe(4);
  });

  test('no more than --jobs', async () => {
    const { execute, together } = observer();
    const stages = Object.fromEntries([1, 2, 3, 4].map((value) => [`s${value}`, { type: 't', params: { value } }]));
    await project.run(project.pipeline(stages), { execute, jobs: 2, resources: limits });
    expect(Math.max(...together.map((ids) => ids.length))).toBe(2);
  });
});

test('a pool never hands out more than there is, unless to one alone', () => {
  const amount = fc.record({ cores: fc.nat({ max: 6 }), gpu: fc.nat({ max: 2 }), memory: fc.nat({ max: 20 }) });
  fc.assert(
    fc.property(
      amount,
      fc.integer({ min: 1, max: 4 }),
      fc.array(fc.tuple(amount, fc.boolean())),
      (limits, jobs, steps) => {
        const pool = new Pool(limits, jobs);
        const held: Resources[] = [];
        for (const [request, give] of steps) {
          if (give && held.length > 0) pool.giveBack(held.shift()!);
          else if (pool.tryTake(request)) held.push(request);
          else expect(held.length).toBeGreaterThan(0);
          expect(held.length).toBeLessThanOrEqual(jobs);
          if (held.length < 2) continue;
          for (const kind of ['cores', 'gpu', 'memory'] as const) {
            expect(held.reduce((sum, each) => sum + each[kind], 0)).toBeLessThanOrEqual(limits[kind]);
          }
        }
      },
    ),
  );
});

describe('the rate of progress', () => {
  test('of steady work is exact, and what is left follows from it', () => {
    const meter = new RateMeter();
    expect(meter.observe({ done: 40, total: 100, unit: 'updates' }, 10)).toEqual({ rate: 0, left: Infinity });
    for (let second = 1; second < 10; second++) {
      const { rate, left } = meter.observe({ done: 40 + 4 * second, total: 100, unit: 'updates' }, 10 + second);
      expect(rate).toBeCloseTo(4, 10);
      expect(left).toBeCloseTo((60 - 4 * second) / 4, 10);
    }
  });

  test('of work without a known end says nothing of what is left', () => {
    const meter = new RateMeter();
    meter.observe({ done: 0, unit: 'latencies' }, 0);
    expect(meter.observe({ done: 3, unit: 'latencies' }, 1)).toEqual({ rate: 3, left: Infinity });
  });

  test('forgets the past, and starts anew when something else is counted', () => {
    const meter = new RateMeter();
    let seconds = 0;
    for (let done = 0; done < 50; done++) meter.observe({ done, total: 1e6, unit: 'updates' }, (seconds += 1));
    let rate = 0;
    for (let done = 50; done < 5000; done += 10)
      ({ rate } = meter.observe({ done, total: 1e6, unit: 'updates' }, (seconds += 1)));
    expect(rate).toBeCloseTo(10, 6);
    expect(meter.observe({ done: 0, total: 7, unit: 'sentences' }, seconds + 1).rate).toBe(0);
    expect(meter.observe({ done: 7, total: 7, unit: 'sentences' }, seconds + 2)).toEqual({ rate: 7, left: 0 });
  });
});

test('a stage does not outlive a runner that was killed, though it never yields', async () => {
  project.write(
    'loop.mjs',
    `
    import { writeFileSync } from 'node:fs';
    export default ({ progress }) => { writeFileSync(progress, String(process.pid)); for (;;); };`,
  );
  const job = project.write(
    'job.json',
    JSON.stringify({
      stage: 's',
      type: 't',
      bundle: path.join(project.folder, 'loop.mjs'),
      params: {},
      inputs: {},
      outputs: {},
      resources: { cores: 1, gpu: 0, memory: 0 },
      schemas: {},
      progress: path.join(project.folder, 'pid'),
    }),
  );
  const runner = project.write(
    'runner.mjs',
    `
    import { spawn } from 'node:child_process';
    spawn(process.execPath, [${JSON.stringify(await hostProgram())}, ${JSON.stringify(job)}], { detached: true, stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] });
    setInterval(() => {}, 1000);`,
  );
  const parent = spawn(process.execPath, [runner], { stdio: 'ignore' });
  const until = async (what: () => boolean) => {
    for (let wait = 0; !what(); wait++) {
      if (wait > 200) throw new Error('waited in vain');
      await sleep(50);
    }
  };
  let pid = 0;
  await until(() => {
    try {
      return (pid = Number(readFileSync(path.join(project.folder, 'pid'), 'utf8'))) > 0;
    } catch {
      return false;
    }
  });
  parent.kill('SIGKILL');
  // A process that nobody has collected yet is a zombie, which is as good as gone.
  await until(() => {
    try {
      return ['Z', 'X'].includes(readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1][0]);
    } catch {
      return true;
    }
  });
});

test('parallel stages in real processes give the same outputs as one after the other', async () => {
  project.addType('sum', sumStage);
  const pipeline = project.pipeline({
    a: { type: 'sum', params: { value: 1 } },
    b: { type: 'sum', params: { value: 2 } },
    c: { type: 'sum', inputs: { a: 'a', b: 'b' } },
  });
  const parallel = await project.run(pipeline, { jobs: 2 });
  const digests = (attempt: typeof parallel) => attempt.record.stages.map(({ outputs }) => outputs.number.digest);
  const serial = await project.run(pipeline, { force: ['a', 'b', 'c'] });
  expect(serial.ran).toEqual(['a', 'b', 'c']);
  expect(digests(serial)).toEqual(digests(parallel));
  expect(project.latest('c')).toBe(3);
});
