import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { chmodSync, existsSync, readFileSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { localExecutor } from '../../../src/runner/execute/local/executor.ts';
import { runPipeline } from '../../../src/runner/execute/run.ts';
import { isRunning } from '../../support/is-running.ts';
import { artifactSchemas, hostProgram, sumStage, ToyProject } from '../support/toy-project.ts';

let project: ToyProject;

beforeEach(() => {
  project = new ToyProject();
  project.addType('sum', sumStage);
});

afterEach(() => project.remove());

/** a → b → c, and d beside them. */
function chain(value: number) {
  return project.pipeline({
    a: { type: 'sum', params: { value } },
    b: { type: 'sum', params: { value: 10 }, inputs: { a: 'a' } },
    c: { type: 'sum', params: { value: 100 }, inputs: { a: 'b' } },
    d: { type: 'sum', params: { value: 7 } },
  });
}

describe('staleness', () => {
  test('a first run executes every stage, a second one none and leaves no record', async () => {
    const first = await project.run(chain(1));
    expect(first.record.status).toBe('succeeded');
    expect(first.ran).toEqual(['a', 'b', 'c', 'd']);
    expect(project.latest('c')).toBe(111);

    const second = await project.run(chain(1));
    expect(second.fresh).toEqual(['a', 'b', 'c', 'd']);
    expect(second.events.at(-1)).toMatchObject({ type: 'run-finished', recorded: false });
    expect(
      project
        .store()
        .runs()
        .map(({ id }) => id),
    ).toEqual([first.record.id]);
  });

  test('a changed parameter re-runs its stage and the dependants, and going back restores them', async () => {
    await project.run(chain(1));
    const changed = await project.run(chain(2));
    expect(changed.ran).toEqual(['a', 'b', 'c']);
    expect(changed.fresh).toEqual(['d']);
    expect(project.latest('c')).toBe(112);

    const back = await project.run(chain(1));
    expect(back.ran).toEqual([]);
    expect(back.restored).toEqual(['a', 'b', 'c']);
    expect(project.latest('c')).toBe(111);
    expect((await project.run(chain(1))).fresh).toEqual(['a', 'b', 'c', 'd']);
  });

  test('touching a file that a parameter names runs nothing, one changed byte in it re-runs the stage', async () => {
    project.addType(
      'length',
      `
      import { readFileSync, writeFileSync } from 'node:fs';
      export default ({ params, outputs }: any) => {
        const value = [...readFileSync(params.path)].reduce((sum, byte) => sum + byte, 0);
        writeFileSync(outputs.number + '/number.json', JSON.stringify({ value }));
      };`,
    );
    const file = project.write('input.txt', 'abc');
    const pipeline = () =>
      project.pipeline({
        read: { type: 'length', params: { path: file } },
        next: { type: 'sum', inputs: { a: 'read' } },
        other: { type: 'sum' },
      });
    expect((await project.run(pipeline())).ran).toEqual(['read', 'next', 'other']);
    utimesSync(file, new Date(), new Date());
    expect((await project.run(pipeline())).ran).toEqual([]);
    writeFileSync(file, 'abd');
    expect((await project.run(pipeline())).ran).toEqual(['read', 'next']);
    expect(project.latest('next')).toBe(97 + 98 + 100);
  });

  test('a file that does not exist is named with its stage and parameter before anything runs', async () => {
    const pipeline = project.pipeline({ read: { type: 'sum', params: { path: '/no/such/file' } } });
    await expect(project.run(pipeline)).rejects.toMatchObject({
      name: 'Diagnostic',
      exitCode: 2,
      message: "stage 'read': parameter 'path' names '/no/such/file', but /no/such/file does not exist",
    });
    expect(project.store().runs()).toEqual([]);
  });

  test('a stage that comes out as it was leaves its dependants fresh', async () => {
    project.addType(
      'parity',
      `
      import { writeFileSync } from 'node:fs';
      export default ({ params, outputs }: any) => writeFileSync(outputs.number + '/number.json', JSON.stringify({ value: params.value % 2 }));`,
    );
    const pipeline = (value: number) =>
      project.pipeline({
        parity: { type: 'parity', params: { value } },
        next: { type: 'sum', inputs: { a: 'parity' } },
        last: { type: 'sum', inputs: { a: 'next' } },
      });
    await project.run(pipeline(1));
    const { stages } = await project.plan(pipeline(3));
    expect(stages.map(({ verdict }) => verdict.kind)).toEqual(['run', 'pending', 'pending']);
    const run = await project.run(pipeline(3));
    expect(run.ran).toEqual(['parity']);
    expect(run.fresh).toEqual(['next', 'last']);
  });

  test('two stages with the same key are executed once', async () => {
    const run = await project.run(
      project.pipeline({ one: { type: 'sum', params: { value: 3 } }, two: { type: 'sum', params: { value: 3 } } }),
      { jobs: 2 },
    );
    expect(run.ran).toEqual(['one']);
    expect(run.restored).toEqual(['two']);
    expect(project.latest('two')).toBe(3);
  });

  test('a run of one stage leaves the others as they were', async () => {
    await project.run(chain(1));
    expect((await project.run(chain(2), { stages: ['b'] })).ran).toEqual(['a', 'b']);
    const rest = await project.run(chain(2));
    expect(rest.ran).toEqual(['c']);
    expect(rest.fresh).toEqual(['a', 'b', 'd']);
  });
});

describe('artifacts', () => {
  test('are read-only and carry their provenance', async () => {
    const { record } = await project.run(chain(1));
    const store = project.store();
    const [a] = record.stages;
    expect(statSync(path.join(store.artifactFolder(a.outputs.number.digest), 'number.json')).mode & 0o777).toBe(0o444);
    const row = store.keyRecord(a.key!)!;
    expect(row.provenance).toMatchObject({
      run: record.id,
      stage: 'a',
      pipeline: 'toy',
      git: null,
      versions: { node: process.versions.node },
    });
    expect(Object.keys(row.provenance.codeFiles)).toEqual(['stages/sum.ts']);
    expect(row.provenance.peakMemoryBytes).toBeGreaterThan(1e7);
    expect(readdirSync(store.layout.temporary)).toEqual([]);
  });

  test('that are not valid fail the stage, with file, JSON pointer and value, and are not kept', async () => {
    project.addType(
      'bad',
      `
      import { writeFileSync } from 'node:fs';
      export default ({ outputs }: any) =>
        writeFileSync(outputs.number + '/number.json', JSON.stringify({ value: 1, parts: [{ name: 'x' }, { name: 5 }] }));`,
    );
    const pipeline = project.pipeline({
      bad: { type: 'bad' },
      next: { type: 'sum', inputs: { a: 'bad' } },
      other: { type: 'sum' },
    });
    const run = await project.run(pipeline, { keepGoing: true });
    expect(run.record.status).toBe('failed');
    expect(run.record.stages.map(({ outcome }) => outcome)).toEqual(['failed', 'not reached', 'ran']);
    expect(run.record.stages[0].error).toBe(
      "output 'number' is not a valid number: number.json at /parts/1/name: must be a text, found 5",
    );
    const again = await project.plan(pipeline);
    expect(again.stages.map(({ verdict }) => verdict.kind)).toEqual(['run', 'pending', 'fresh']);
  });

  test.each([
    ['nothing', '', 'number.json is missing'],
    ['text that is no JSON', "writeFileSync(outputs.number + '/number.json', '{')", 'number.json is not JSON'],
    [
      'an undeclared file',
      "for (const name of ['number.json', 'x.bin']) writeFileSync(outputs.number + '/' + name, '{\"value\":1}')",
      "file 'x.bin' is not declared",
    ],
    [
      'a negative value',
      "writeFileSync(outputs.number + '/number.json', '{\"value\":-1}')",
      'at /value: must be at least 0, found -1',
    ],
    [
      'an unknown property',
      'writeFileSync(outputs.number + \'/number.json\', \'{"value":1,"x":2}\')',
      'at /x: is unknown',
    ],
  ])('a stage that writes %s fails', async (_name, statement, message) => {
    project.addType(
      'bad',
      "import { writeFileSync } from 'node:fs'; export default ({ outputs }: any) => { "
        + `${statement || 'writeFileSync'}; };`,
    );
    const run = await project.run(project.pipeline({ bad: { type: 'bad' } }));
    expect(run.record.stages[0].error).toContain(message);
  });

  test('with a symbolic link are refused', async () => {
    project.addType(
      'linked',
      `
      import { symlinkSync, mkdirSync, writeFileSync } from 'node:fs';
      export default ({ outputs }: any) => {
        writeFileSync(outputs.number + '/number.json', '{"value":1}');
        mkdirSync(outputs.number + '/notes');
        symlinkSync('/etc/hostname', outputs.number + '/notes/host.txt');
      };`,
    );
    const run = await project.run(project.pipeline({ linked: { type: 'linked' } }));
    expect(run.record.stages[0].error).toContain("'notes/host.txt' is a symbolic link");
  });

  test('that were damaged on the disk are made again', async () => {
    const { record } = await project.run(chain(1));
    const file = path.join(project.store().artifactFolder(record.stages[1].outputs.number.digest), 'number.json');
    chmodSync(file, 0o644);
    writeFileSync(file, '{"value":12}');
    const { stages } = await project.plan(chain(1));
    expect(stages.map(({ verdict }) => verdict.kind)).toEqual(['fresh', 'run', 'pending', 'fresh']);
    const healed = await project.run(chain(1));
    expect(healed.ran).toEqual(['b']);
    expect(healed.fresh).toEqual(['a', 'c', 'd']);
    expect(project.latest('b')).toBe(11);
  });

  test('are checked again by the stage that reads them', async () => {
    await project.run(chain(1), { stages: ['a'] });
    const strict = structuredClone(artifactSchemas);
    (strict.number.schema.properties as Record<string, object>).value = { type: 'number', minimum: 5 };
    const run = await project.run(chain(1), { artifactSchemas: strict, stages: ['b'] });
    expect(run.record.stages.map(({ outcome }) => outcome)).toEqual(['fresh', 'failed']);
    expect(run.record.stages[1].error).toContain(
      "input 'a' is not a valid number: number.json at /value: must be at least 5, found 1",
    );
  });
});

describe('failures', () => {
  test('a StageError is told without a stack, another error with its stack in the log', async () => {
    project.addType(
      'sorry',
      `
      class StageError extends Error { override name = 'StageError'; }
      export default () => { throw new StageError('the corpus is empty'); };`,
    );
    project.addType('crash', 'export default () => (null as any).x;');
    const run = await project.run(project.pipeline({ sorry: { type: 'sorry' }, crash: { type: 'crash' } }), {
      keepGoing: true,
    });
    expect(run.record.stages[0].error).toBe('the corpus is empty');
    expect(run.record.stages[1].error).toMatch(/^TypeError: Cannot read properties of null/);
    const log = (id: string) => readFileSync(project.store().logFile(run.record, id)!, 'utf8');
    expect(log('sorry')).toBe('the corpus is empty\n');
    expect(log('crash')).toMatch(/\n {4}at /);
  });

  test('a stage that is killed in the middle of writing leaves nothing that is served, and goes on unless restarted', async () => {
    project.addType(
      'victim',
      `
      import { writeFileSync } from 'node:fs';
      export default ({ outputs, progress }: any) => {
        writeFileSync(outputs.number + '/number.json', '{"value":1}');
        writeFileSync(progress + '/saved', 'half way');
        process.kill(process.pid, 'SIGKILL');
      };`,
    );
    const pipeline = project.pipeline({ victim: { type: 'victim' } });
    const run = await project.run(pipeline);
    expect(run.record.status).toBe('failed');
    expect(run.record.stages[0].error).toMatch(/^killed by SIGKILL \(out of memory\?\)/);
    expect(readdirSync(project.store().layout.temporary)).toEqual([]);
    expect((await project.plan(pipeline)).stages[0].verdict.kind).toBe('run');
    const again = await project.run(pipeline);
    expect(again.events).toContainEqual(expect.objectContaining({ type: 'stage-started', resuming: true }));
    const restarted = await project.run(pipeline, { restart: true });
    expect(restarted.events).toContainEqual(expect.objectContaining({ type: 'stage-started', resuming: false }));
  });

  test('a stage whose heap is full says how to give it more', async () => {
    project.addType(
      'hoarder',
      'export default () => { for (const kept: number[][] = [];;) kept.push(Array.from({ length: 1e4 }, '
        + 'Math.random)); };',
    );
    process.env.NODE_OPTIONS = '--max-old-space-size=64';
    const run = await project
      .run(project.pipeline({ hoarder: { type: 'hoarder' } }))
      .finally(() => delete process.env.NODE_OPTIONS);
    expect(run.record.stages[0].error).toMatch(/^killed by SIGABRT .*NODE_OPTIONS=--max-old-space-size/);
    expect(readFileSync(project.store().logFile(run.record, 'hoarder')!, 'utf8')).toMatch(/heap out of memory/);
  });

  test.each([
    ['exits early', 'export default () => process.exit(0);', 'exited with code 0 before the stage was finished'],
    ['has no function', 'export const x = 1;', "stage type 'odd' has no default export that is a function"],
    [
      'throws later, out of reach',
      'export default () => new Promise(() => setTimeout(() => { throw new Error("late"); }, 5));',
      'Error: late',
    ],
  ])('a stage that %s fails', async (_name, source, message) => {
    project.addType('odd', source);
    const run = await project.run(project.pipeline({ odd: { type: 'odd' } }));
    expect(run.record.stages[0].error).toContain(message);
  });

  test('without --keep-going nothing is started after a failure', async () => {
    project.addType('crash', 'export default () => { throw new Error("no"); };');
    const run = await project.run(
      project.pipeline({
        crash: { type: 'crash' },
        next: { type: 'sum', inputs: { a: 'crash' } },
        other: { type: 'sum' },
      }),
      { jobs: 1 },
    );
    expect(run.record.stages.map(({ outcome }) => outcome)).toEqual(['failed', 'not reached', 'not reached']);
  });
});

describe('what a stage tells', () => {
  test('progress, metrics and log lines arrive also from a stage that never yields', async () => {
    project.addType(
      'talker',
      `
      import { writeFileSync } from 'node:fs';
      export default ({ outputs, events }: any) => {
        for (let done = 1; done <= 3; done++) {
          const until = Date.now() + 5;
          while (Date.now() < until);
          events.progress({ done, total: 3, unit: 'updates', figures: { loss: 1 / done } });
          events.metric({ step: done });
        }
        events.log('careful', 'warning');
        console.log('printed');
        writeFileSync(outputs.number + '/number.json', '{"value":1}');
      };`,
    );
    const { events, record } = await project.run(project.pipeline({ talker: { type: 'talker' } }));
    const progress = events.filter((event) => event.type === 'stage-progress');
    expect(progress.map(({ update }) => update.done)).toEqual([1, 2, 3]);
    expect(progress[2].rate).toBeGreaterThan(0);
    expect(progress[2].left).toBe(0);
    expect(events).toContainEqual({ type: 'stage-log', stage: 'talker', level: 'warning', message: 'careful' });
    const store = project.store();
    expect(readFileSync(store.metricsFile(record, 'talker')!, 'utf8')).toBe('{"step":1}\n{"step":2}\n{"step":3}\n');
    const log = readFileSync(store.logFile(record, 'talker')!, 'utf8');
    expect(log).toContain('printed\n');
    expect(log).toContain('warning: careful\n');
  });

  test('a log line that it leaves for the end of its process arrives, after a failure too', async () => {
    project.addType(
      'late',
      `
      export default ({ events }: any) => {
        process.once('exit', () => events.log('at last'));
        throw new Error('no');
      };`,
    );
    const { record } = await project.run(project.pipeline({ late: { type: 'late' } }));
    expect(record.status).toBe('failed');
    expect(readFileSync(project.store().logFile(record, 'late')!, 'utf8')).toContain('at last\n');
  });

  test('the engine that computed stands in the record of every run that has its outputs, and is no part of the key', async () => {
    project.addType(
      'teller',
      `
      import { readFileSync, writeFileSync } from 'node:fs';
      export default ({ outputs, events }: any) => {
        events.engine({ name: 'native', version: 'avx512-1', isa: 'avx512', threads: Number(readFileSync('threads.txt', 'utf8')) });
        writeFileSync(outputs.number + '/number.json', '{"value":1}');
      };`,
    );
    const engine = (threads: number) => ({ name: 'native', version: 'avx512-1', isa: 'avx512', threads });
    const run = async (value: number) =>
      (
        await project.run(
          project.pipeline({
            teller: { type: 'teller', params: { value } },
            sum: { type: 'sum', inputs: { a: 'teller' } },
          }),
        )
      ).record.stages;
    project.write('threads.txt', '2');
    const [made, sum] = await run(1);
    expect(made.engine).toEqual(engine(2));
    expect(sum.engine).toBeUndefined();
    expect(project.store().keyRecord(made.key!)!.provenance.engine).toEqual(engine(2));
    project.write('threads.txt', '4');
    await run(2);
    const [restored] = await run(1);
    expect(restored).toMatchObject({ outcome: 'restored', key: made.key, engine: engine(2) });
  });
});

describe('interruption', () => {
  test('stops the stage with all that it started, and keeps its progress', async () => {
    project.addType(
      'sleeper',
      `
      import { spawn } from 'node:child_process';
      import { writeFileSync } from 'node:fs';
      export default async ({ progress, events }: any) => {
        const child = spawn('sleep', ['60']);
        writeFileSync(progress + '/saved', 'x');
        events.log('pid ' + child.pid);
        await new Promise(() => setInterval(() => {}, 1000));
      };`,
    );
    const controller = new AbortController();
    const pipeline = project.pipeline({
      sleeper: { type: 'sleeper' },
      next: { type: 'sum', inputs: { a: 'sleeper' } },
    });
    let grandchild = 0;
    const options = {
      artifactSchemas,
      signal: controller.signal,
      execute: localExecutor({ host: await hostProgram() }),
    };
    const record = await runPipeline(pipeline, project.store(), options, (event) => {
      if (event.type !== 'stage-log') return;
      grandchild = Number(event.message.split(' ')[1]);
      controller.abort();
    });
    expect(record.status).toBe('interrupted');
    expect(record.stages.map(({ outcome }) => outcome)).toEqual(['interrupted', 'not reached']);
    // SIGKILL reaches the group before the run ends; init may take a moment to collect it.
    expect(isRunning(grandchild)).toBe(false);
    expect(readdirSync(path.join(project.folder, 'runs/store/progress', record.stages[0].key!))).toEqual(['saved']);
  });

  test('ends a stage that never asks whether it is stopping at once, one that asked after five seconds, and kills what does not end', async () => {
    project.addType('deaf', `export default ({ events }: any) => { events.log('at work'); for (;;); };`);
    project.addType(
      'stubborn',
      `export default async ({ events }: any) => {
        process.on('SIGTERM', () => events.log('SIGTERM'));
        events.log('at work');
        await new Promise(() => setInterval(() => {}, 1000));
      };`,
    );
    // Leaves a mark each tenth of a second from when it is told to stop.
    project.addType(
      'slow',
      `
      import { appendFileSync } from 'node:fs';
      export default async ({ progress, events, isStopping }: any) => {
        isStopping();
        events.log('at work');
        for (;;) {
          await new Promise((resolve) => setTimeout(resolve, 100));
          if (isStopping()) appendFileSync(progress + '/marks', '.');
        }
      };`,
    );
    const controller = new AbortController();
    const ended: string[] = [];
    const told: string[] = [];
    const record = await runPipeline(
      project.pipeline({ slow: { type: 'slow' }, stubborn: { type: 'stubborn' }, deaf: { type: 'deaf' } }),
      project.store(),
      {
        artifactSchemas,
        signal: controller.signal,
        execute: localExecutor({ host: await hostProgram() }),
        jobs: 3,
        resources: { cores: 3 },
      },
      (event) => {
        if (event.type === 'stage-log') told.push(`${event.stage}: ${event.message}`);
        if (told.length === 3) controller.abort();
        if (event.type === 'stage-interrupted') ended.push(event.stage);
      },
    );
    expect(record.stages.map(({ outcome }) => outcome)).toEqual(Array(3).fill('interrupted'));
    expect([ended[0], ...ended.slice(1).sort()]).toEqual(['deaf', 'slow', 'stubborn']);
    expect(told.slice(3)).toEqual(['stubborn: SIGTERM']);
    const { length } = project.read(`runs/store/progress/${record.stages[0].key!}/marks`);
    expect(length).toBeGreaterThan(10);
    expect(length).toBeLessThanOrEqual(50);
  });
});

(existsSync('/proc/self/environ') ? test : test.skip).each([
  ['succeeds', ''],
  ['fails', "throw new Error('no');"],
])('what a stage left running in a session of its own ends when the stage %s', async (_, end) => {
  project.addType(
    'parent',
    `import { spawn } from 'node:child_process';
    import { writeFileSync } from 'node:fs';
    export default ({ outputs }: any) => {
      const child = spawn('sleep', ['600'], { detached: true, stdio: 'ignore' });
      child.unref();
      writeFileSync(${JSON.stringify(path.join(project.folder, 'pid'))}, String(child.pid));
      writeFileSync(outputs.number + '/number.json', JSON.stringify({ value: 1 }));
      ${end}
    };`,
  );
  await project.run(project.pipeline({ parent: { type: 'parent' } }));
  const pid = Number(project.read('pid'));
  expect(pid).toBeGreaterThan(1);
  for (let waited = 0; isRunning(pid) && waited < 2000; waited += 20) await sleep(20);
  expect(isRunning(pid)).toBe(false);
});

test('a stage that failed without progress leaves no folder of it, no draft and no lock', async () => {
  project.addType('broken', `export default () => { throw new Error('no'); };`);
  const attempt = await project.run(project.pipeline({ broken: { type: 'broken' } }));
  expect(attempt.record.status).toBe('failed');
  for (const folder of ['progress', 'tmp', 'locks'])
    expect(readdirSync(path.join(project.folder, 'runs/store', folder))).toEqual([]);
});
