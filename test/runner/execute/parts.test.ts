import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { RunEvent } from '../../../src/runner/events.ts';
import { localExecutor } from '../../../src/runner/execute/local/executor.ts';
import { runPipeline } from '../../../src/runner/execute/run.ts';
import type { StageContext } from '../../../src/runner/stage.ts';
import { directParts } from '../../support/parts.ts';
import { artifactSchemas, hostProgram, ToyProject } from '../support/toy-project.ts';

/*
 * Toy stages with parts, in real processes. Each part notes in `log` of the project that it was executed.
 */

let project: ToyProject;

beforeEach(() => {
  project = new ToyProject();
});

afterEach(() => project.remove());

/** A stage that asks for parts `square` with the given parameters, writes their sum and prints their values. */
function addStage(part: string, options = '{ cores: 1 }'): void {
  project.addType(
    'squares',
    `
    import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
    import path from 'node:path';
    const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
    const until = async (file: string) => { while (!existsSync(file)) await sleep(10); };
    export default async ({ params, outputs, parts }: any) => {
      const results = await parts('square', params.numbers.map((number: number) => ({ number })), ${options});
      console.log(JSON.stringify(results.map(({ value }: any) => value)));
      const files = results.map(({ files }: any) => existsSync(files + '/file') ? readFileSync(files + '/file', 'utf8') : '');
      console.log('files ' + files.join());
      writeFileSync(outputs.number + '/number.json', JSON.stringify({ value: results.reduce((sum: number, { value }: any) => sum + value, 0) }));
    };
    export const parts = {
      square: async ({ params: { number }, inputs, files, progress, cores, seed, events }: any) => {
        appendFileSync('log', number + '\\n');
        ${part}
      },
    };`,
    { seeded: true },
  );
}

const pipeline = (numbers: number[], cores = 2) =>
  project.pipeline({ squares: { type: 'squares', params: { numbers }, cores } });
const executed = () => (existsSync(path.join(project.folder, 'log')) ? project.read('log').trimEnd().split('\n') : []);
const run = (numbers: number[], cores = 2) => project.run(pipeline(numbers, cores), { resources: { cores } });
const stageLog = (record: Awaited<ReturnType<typeof run>>['record']) =>
  readFileSync(project.store().logFile(record, 'squares')!, 'utf8');

describe('parts of a stage’s work', () => {
  test('come in the order in which they were asked for, whatever is finished first, with their files', async () => {
    addStage(
      "await sleep(number === 1 ? 300 : 0); writeFileSync(files + '/file', 'f' + number); return number * number;",
    );
    const { record } = await run([1, 2, 3], 3);
    expect(record.status).toBe('succeeded');
    expect(stageLog(record)).toContain('[1,4,9]\nfiles f1,f2,f3\n');
    expect(project.latest('squares')).toBe(14);
  });

  test('are done side by side: each of two waits for what the other writes', async () => {
    addStage("writeFileSync('here' + number, ''); await until('here' + (number === 1 ? 2 : 1)); return number;");
    expect((await run([1, 2])).record.status).toBe('succeeded');
  });

  test('give the same bytes one after the other, and use no more cores than the stage holds', async () => {
    const part = `
      writeFileSync('at-work-' + number, '');
      await sleep(30);
      const together = [1, 2, 3, 4].filter((other) => existsSync('at-work-' + other) && !existsSync('done-' + other)).length;
      appendFileSync('together', together + ' ' + cores + '\\n');
      writeFileSync('done-' + number, '');
      return number / 7;`;
    addStage(part);
    const parallel = await run([1, 2, 3, 4], 2);
    const serial = await project.run(pipeline([1, 2, 3, 4], 2), { resources: { cores: 1 }, force: ['squares'] });
    expect(serial.ran).toEqual(['squares']);
    expect(serial.record.stages[0].outputs).toEqual(parallel.record.stages[0].outputs);
    const together = project
      .read('together')
      .trimEnd()
      .split('\n')
      .map((line) => line.split(' ').map(Number));
    expect(Math.max(...together.slice(0, 4).map(([count]) => count))).toBeLessThanOrEqual(2);
    expect(together.map(([, cores]) => cores)).toEqual(Array(8).fill(1));
  });

  test('that ask for all cores run one after the other', async () => {
    addStage(
      `
      if (existsSync('at-work')) throw new Error('not alone');
      writeFileSync('at-work', '');
      await sleep(50);
      (await import('node:fs')).rmSync('at-work');
      return cores;`,
      '{ cores: 9 }',
    );
    const { record } = await run([1, 2, 3], 2);
    expect(record.stages[0].error).toBeUndefined();
    expect(stageLog(record)).toContain('[2,2,2]');
  });

  test('that are asked for twice are done once', async () => {
    addStage('return number;');
    const { record } = await run([5, 5, 6, 5]);
    expect(stageLog(record)).toContain('[5,5,6,5]');
    expect(executed().sort()).toEqual(['5', '6']);
  });

  test('know the stage’s seed, and tell what they do under the stage', async () => {
    addStage(`
      events.progress({ done: number, total: 9, unit: 'steps' });
      events.metric({ loss: number });
      events.log('seed ' + seed.value + ' ' + seed.stream, 'warning');
      console.log('printed by ' + number);
      return number;`);
    const { record, events } = await run([4, 8], 1);
    const told = events.filter(({ type }) => type === 'stage-progress' || type === 'stage-log');
    expect(told).toContainEqual(
      expect.objectContaining({ stage: 'squares', part: 'square 2/2', update: { done: 8, total: 9, unit: 'steps' } }),
    );
    expect(told).toContainEqual(
      expect.objectContaining({ stage: 'squares', update: { done: 2, total: 2, unit: 'parts (square)' } }),
    );
    expect(told).toContainEqual({
      type: 'stage-log',
      stage: 'squares',
      level: 'warning',
      message: 'square 1/2: seed 1 squares',
    });
    expect(stageLog(record)).toMatch(/printed by 4\n[^]*printed by 8\n/);
    const metrics = readFileSync(project.store().metricsFile(record, 'squares')!, 'utf8');
    expect(metrics).toBe('{"part":"square 1/2","loss":4}\n{"part":"square 2/2","loss":8}\n');
  });
});

describe('a part that fails', () => {
  test('fails its stage with its message, has its stack in the log, and stops the others', async () => {
    addStage(
      "if (number === 2) { await until('other'); throw new TypeError('no ' + number); } writeFileSync('other', "
        + "''); await sleep(60_000); return number;",
    );
    const began = performance.now();
    const { record } = await run([1, 2]);
    expect(record.stages[0].error).toBe('square 2/2: TypeError: no 2');
    expect(stageLog(record)).toMatch(/TypeError: no 2\n {4}at /);
    expect(performance.now() - began).toBeLessThan(20_000);
  });

  test('by being killed is named, as is one that the module does not have', async () => {
    addStage("process.kill(process.pid, 'SIGKILL');");
    expect((await run([1])).record.stages[0].error).toMatch(/^square 1\/1: killed by SIGKILL/);
    project.addType('squares', 'export default ({ parts }: any) => parts("cube", [{}]);');
    expect((await run([1])).record.stages[0].error).toBe(
      "cube 1/1: the code of stage type 'squares' exports no part 'cube'",
    );
  });

  test('of a stage that catches it is no failure of the stage', async () => {
    project.addType(
      'squares',
      `
      import { writeFileSync } from 'node:fs';
      export default async ({ outputs, parts }: any) => {
        const message = await parts('bad', [{}]).catch((error: Error) => error.name + ': ' + error.message);
        writeFileSync(outputs.number + '/number.json', JSON.stringify({ value: message === 'StageError: bad 1/1: Error: no' ? 1 : 0 }));
      };
      export const parts = { bad: () => { throw new Error('no'); } };`,
    );
    expect((await run([])).record.status).toBe('succeeded');
    expect(project.latest('squares')).toBe(1);
  });
});

describe('results of parts', () => {
  /** Parts 1 and 2 come to an end, 3 does only when there is a file `go`; it saves its progress. */
  const part = `
    writeFileSync(files + '/file', 'of ' + number);
    if (number < 3) return number;
    const resumed = existsSync(progress + '/saved');
    writeFileSync(progress + '/saved', '');
    events.log('at work');
    await until('go');
    return resumed ? 100 : 3;`;

  /** Runs until part 3 is at work and the others are done, and interrupts. Gives the folder with the kept results. */
  async function interrupt(): Promise<string> {
    addStage(part);
    const controller = new AbortController();
    let done = 0;
    const options = {
      artifactSchemas,
      resources: { cores: 2 },
      signal: controller.signal,
      execute: localExecutor({ host: await hostProgram() }),
    };
    const record = await runPipeline(pipeline([1, 2, 3]), project.store(), options, (event: RunEvent) => {
      if (event.type === 'stage-log' || (event.type === 'stage-progress' && event.update.unit === 'parts (square)'))
        done++;
      if (done === 3) controller.abort();
    });
    expect(record.status).toBe('interrupted');
    expect(executed().sort()).toEqual(['1', '2', '3']);
    return path.join(project.store().layout.progress(record.stages[0].key!), 'parts');
  }

  test('are kept: a stage that goes on computes none again, and an unfinished part goes on from its own progress', async () => {
    const kept = await interrupt();
    expect(readdirSync(kept).filter((name) => /^[0-9a-f]{64}$/.test(name))).toHaveLength(2);
    project.write('go', '');
    const { record } = await run([1, 2, 3]);
    expect(stageLog(record)).toContain('[1,2,100]\nfiles of 1,of 2,of 3\n');
    expect(executed().sort()).toEqual(['1', '2', '3', '3']);
    expect(existsSync(kept)).toBe(false);
  });

  test.each([
    ['cut short', (folder: string) => truncateSync(path.join(folder, 'part.json'), 40)],
    ['empty', (folder: string) => truncateSync(path.join(folder, 'part.json'))],
    [
      'another value',
      (folder: string) => {
        const file = path.join(folder, 'part.json');
        writeFileSync(file, readFileSync(file, 'utf8').replace(/"value":\d/, '"value":7'));
      },
    ],
    ['with a file changed', (folder: string) => appendFileSync(path.join(folder, 'files/file'), '!')],
  ])('that are %s count as not done', async (_what, damage) => {
    const kept = await interrupt();
    for (const name of readdirSync(kept).filter((each) => /^[0-9a-f]{64}$/.test(each))) damage(path.join(kept, name));
    project.write('go', '');
    const { record } = await run([1, 2, 3]);
    expect(stageLog(record)).toContain('[1,2,100]\nfiles of 1,of 2,of 3\n');
    expect(executed().sort()).toEqual(['1', '1', '2', '2', '3', '3']);
  });
});

describe('a part that goes on from the result of another', () => {
  /** Two chains of parts, each adding its step to what the one before left in a file. */
  function addChains(steps: number[]): void {
    project.addType(
      'squares',
      `
      import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
      export default async ({ params, outputs, parts }: any) => {
        let after: string[] | undefined;
        let values: number[] = [];
        for (const step of ${JSON.stringify(steps)}) {
          const results = await parts('add', params.numbers.map(() => ({ step })), after ? { after } : {});
          after = results.map(({ files }: any) => files);
          values = results.map(({ value }: any) => value);
          if (step === 1) after = (await parts('start', params.numbers.map((number: number) => ({ number })))).map(({ files }: any) => files);
        }
        console.log(JSON.stringify(values));
        writeFileSync(outputs.number + '/number.json', JSON.stringify({ value: values.reduce((sum, value) => sum + value, 0) }));
      };
      export const parts = {
        start: ({ params: { number }, files }: any) => { writeFileSync(files + '/sum', String(number)); },
        add: ({ params: { step }, before, files }: any) => {
          const sum = (before === undefined ? 0 : Number(readFileSync(before + '/sum', 'utf8'))) + step;
          appendFileSync('log', sum + '\\n');
          writeFileSync(files + '/sum', String(sum));
          return sum;
        },
      };`,
    );
  }

  test('finds what that left; the same parameters after another result are another part', async () => {
    addChains([1, 5, 7]);
    const { record } = await run([100, 200]);
    expect(record.stages[0].error).toBeUndefined();
    expect(stageLog(record)).toContain('[112,212]');
    expect(
      executed()
        .map(Number)
        .sort((a, b) => a - b),
    ).toEqual([1, 105, 112, 205, 212]);
  });

  test('must name a result of the same stage for each of those that are asked for', async () => {
    project.addType(
      'squares',
      `
      import { writeFileSync } from 'node:fs';
      export default async ({ outputs, parts }: any) => {
        const [{ files }] = await parts('nothing', [{}]);
        const refusals = [[files, files], [], [outputs.number], [files + '/none']].map((after) =>
          parts('nothing', [{ again: 1 }], { after }).then(() => 'none', (error: Error) => error.message));
        console.log((await Promise.all(refusals)).map((message) => message.replace(/: \\/.*/, '')).join('; '));
        writeFileSync(outputs.number + '/number.json', JSON.stringify({ value: 1 }));
      };
      export const parts = { nothing: () => 1 };`,
    );
    expect(stageLog((await run([])).record)).toContain(
      'nothing: 1 parts cannot go on from 2 results; nothing: 1 parts cannot go on from 0 results; '
        + 'no result of a part of this stage; no result of a part of this stage',
    );
  });
});

test('parts do not outlive a run that is cancelled', async () => {
  addStage("events.log('pid ' + process.pid); await sleep(60_000);");
  const controller = new AbortController();
  const pids: number[] = [];
  const options = {
    artifactSchemas,
    resources: { cores: 2 },
    signal: controller.signal,
    execute: localExecutor({ host: await hostProgram() }),
  };
  const record = await runPipeline(pipeline([1, 2]), project.store(), options, (event: RunEvent) => {
    if (event.type === 'stage-log') pids.push(Number(/pid (\d+)/.exec(event.message)![1]));
    if (pids.length === 2) controller.abort();
  });
  expect(record.stages[0].outcome).toBe('interrupted');
  expect(pids).toHaveLength(2);
  for (const pid of pids)
    expect(existsSync(`/proc/${pid}`) && !/\) [ZX]/.test(readFileSync(`/proc/${pid}/stat`, 'latin1'))).toBe(false);
});

test('a stage that is called directly has its parts done in the same process, in order, and kept', async () => {
  const progress = mkdtempSync(path.join(os.tmpdir(), 'direct-parts-'));
  mkdirSync(progress, { recursive: true });
  const calls: number[] = [];
  const parts = {
    half: async ({ params }: { params: object }) => {
      const { number } = params as { number: number };
      calls.push(number);
      await new Promise((resolve) => setTimeout(resolve, 20 / number));
      return number / 2;
    },
  };
  const nothing = () => undefined;
  const stage = {
    params: {},
    inputs: {},
    gathered: {},
    outputs: {},
    progress,
    cores: 2,
    isStopping: () => false,
    events: { progress: nothing, metric: nothing, log: nothing, engine: nothing },
  } satisfies Omit<StageContext, 'parts'>;
  const ask = async () =>
    (await directParts(parts, stage)<number>('half', [{ number: 1 }, { number: 2 }, { number: 3 }])).map(
      ({ value }) => value,
    );
  expect(await ask()).toEqual([0.5, 1, 1.5]);
  expect(await ask()).toEqual([0.5, 1, 1.5]);
  expect(calls.sort()).toEqual([1, 2, 3]);
});
