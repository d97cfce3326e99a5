import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { existsSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { arithmeticProject } from '../support/arithmetic.ts';
import { makeProject } from '../support/project.ts';
import type { CommandResult, TestProject } from '../support/project.ts';
import type { RunRecord } from '../../src/runner/records.ts';

/**
 * A project whose pipeline has run once, and the same after a run with another parameter;
 * tests that write work on a copy.
 */
let finished: TestProject;
let firstRun: CommandResult;
let changed: TestProject;
let changedRun: CommandResult;
const opened: TestProject[] = [];

beforeAll(async () => {
  finished = makeProject(arithmeticProject());
  firstRun = await finished.run(['arithmetic.json5']);
  changed = finished.copy();
  changedRun = await changed.run(['arithmetic.json5', 'scale.factor=3']);
});
afterAll(() => [finished, changed].forEach((project) => project.remove()));
afterEach(() => opened.splice(0).forEach((project) => project.remove()));

function open(project: TestProject = finished.copy()): TestProject {
  opened.push(project);
  return project;
}

const recordsOf = (project: TestProject) => readdirSync(path.join(project.folder, 'runs/records')).sort();

describe('running a pipeline', () => {
  test('runs nothing where earlier runs say that it would take longer than it may', async () => {
    const project = open();
    const words = ['arithmetic.json5', 'scale.factor=9', '--max-minutes'];
    expect(await project.run([...words, '0'])).toMatchObject({
      exitCode: 2,
      executed: [],
      stderr: expect.stringMatching(/^error: this would take \S+.* or more, by earlier runs: --max-minutes is 0$/m),
    });
    expect(await project.run([...words, '60'])).toMatchObject({ exitCode: 0, executed: ['scale', 'total'] });
  });

  test('executes its stages in order, and prints the results on standard output alone', () => {
    expect(firstRun).toMatchObject({ exitCode: 0, executed: ['source', 'scale', 'total'] });
    expect(firstRun.stdout).toBe('total.sum  TOTAL = 12  runs/latest/arithmetic/total/sum\n');
    expect(firstRun.stderr).toMatch(/^succeeded: 3 stages ran, in .* \(run arithmetic-/m);
    expect(JSON.parse(finished.read('runs/latest/arithmetic/total/sum/sum.json'))).toEqual({
      summary: 'TOTAL = 12',
      total: 12,
    });
  });

  test('a second time executes nothing, says so, and leaves no record', async () => {
    const project = open();
    expect(await project.run(['arithmetic.json5'])).toEqual({
      exitCode: 0,
      executed: [],
      stdout: firstRun.stdout,
      stderr: 'Nothing to run: all 3 stages are fresh.\n',
    });
    expect(recordsOf(project)).toEqual(recordsOf(finished));
  });

  test('with a parameter changed executes the stages that use it, and setting it back restores', async () => {
    expect(changedRun).toMatchObject({ exitCode: 0, executed: ['scale', 'total'] });
    expect(changedRun.stdout).toContain('TOTAL = 18');
    const back = await open(changed.copy()).run(['arithmetic.json5']);
    expect(back).toMatchObject({ exitCode: 0, executed: [] });
    expect(back.stdout).toBe(firstRun.stdout);
    expect(back.stderr).toContain('2 stages restored, 1 fresh');
  });

  test('a comment executes nothing, and a helper two imports down the stages that reach it', async () => {
    const project = open();
    const helper = 'stages/shared/product.ts';
    for (const file of [helper, 'arithmetic.json5']) project.write({ [file]: `// A comment.\n${project.read(file)}` });
    expect(await project.run(['arithmetic.json5'])).toMatchObject({ exitCode: 0, executed: [] });
    project.write({ [helper]: project.read(helper).replace('a * b', 'a * b + 1') });
    const edited = await project.run(['arithmetic.json5']);
    expect(edited).toMatchObject({ exitCode: 0, executed: ['scale', 'total'] });
    expect(edited.stderr).toContain(`scale: started (code ${helper}: changed)`);
    expect(edited.stdout).toContain('TOTAL = 15');
  });

  test('links to the latest results from a runs folder that is itself a link to another place', async () => {
    const project = open(makeProject(arithmeticProject()));
    mkdirSync(path.join(project.folder, 'another/disk/runs'), { recursive: true });
    symlinkSync('another/disk/runs', path.join(project.folder, 'runs'));
    await project.run(['arithmetic.json5', '--store', 'artifacts']);
    expect(JSON.parse(project.read('runs/latest/arithmetic/total/sum/sum.json'))).toEqual({
      summary: 'TOTAL = 12',
      total: 12,
    });
  });

  test('just the named stages brings those up to date and what they need', async () => {
    const project = open(makeProject(arithmeticProject()));
    expect(await project.run(['arithmetic.json5', 'scale'])).toMatchObject({
      exitCode: 0,
      executed: ['source', 'scale'],
    });
    const forced = await project.run(['run', 'arithmetic.json5', '--only', 'scale', '--force', 'scale']);
    expect(forced).toMatchObject({ exitCode: 0, executed: ['scale'] });
  });

  test('a failure stops it, names the log, and exits with 1', async () => {
    const project = open();
    const { exitCode, stderr, stdout, executed } = await project.run(['arithmetic.json5', 'scale.trouble=error']);
    expect({ exitCode, stdout, executed }).toEqual({ exitCode: 1, stdout: '', executed: ['scale'] });
    expect(stderr).toMatch(/^scale: failed: .*the scale is out of order/m);
    expect(stderr).toMatch(/^total: not reached/m);
    const log = /log: (.*)/.exec(stderr)![1];
    expect(project.read(path.relative(project.folder, path.resolve(project.folder, log)))).toContain(
      'the scale is out of order',
    );
    const logs = await project.run(['logs', 'scale']);
    expect(logs.stdout).toContain('the scale is out of order');
  });

  test('repeats warnings in the summary', async () => {
    const { stderr } = await open().run(['arithmetic.json5', 'scale.trouble=warning']);
    expect(stderr).toContain('warning: scale: the scale creaks\n');
  });

  test('with --json prints one event a line and nothing else', async () => {
    const { exitCode, stdout, stderr } = await open().run(['arithmetic.json5', 'factor=5', '--json']);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    const events = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { type: string; recorded?: boolean });
    const planned = [
      { id: 'source', kind: 'fresh' },
      { id: 'scale', kind: 'run' },
      { id: 'total', kind: 'pending' },
    ];
    expect(events[0]).toMatchObject({ type: 'run-started', planned });
    expect(events.at(-1)).toMatchObject({
      type: 'run-finished',
      recorded: true,
      record: { status: 'succeeded', overrides: ['factor=5'] },
    });
  });

  test('with another store leaves the project’s alone', async () => {
    const project = open(makeProject(arithmeticProject()));
    await project.run(['arithmetic.json5'], { env: { SHRINKNAS_STORE: 'elsewhere' } });
    expect(existsSync(path.join(project.folder, 'elsewhere/objects'))).toBe(true);
    expect(existsSync(path.join(project.folder, 'runs/store'))).toBe(false);
  });
});

describe('interrupting a run', () => {
  /** Starts a run and waits until `scale` is in the middle of its work. */
  async function startWaiting(project: TestProject, trouble: 'wait' | 'stubborn' = 'wait') {
    const started = project.start(['arithmetic.json5', `scale.trouble=${trouble}`]);
    const sign = path.join(project.folder, trouble === 'wait' ? 'executed.txt' : 'executed.txt.pid');
    while (!existsSync(sign)) await sleep(20);
    return started;
  }

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('by %s stops its stages and exits with %d', async (signal, code) => {
    const project = open();
    const { process, result } = await startWaiting(project);
    process.kill(signal);
    const { exitCode, stderr } = await result;
    expect(exitCode).toBe(code);
    expect(stderr).toContain(`${signal}: stopping`);
    const [last] = JSON.parse((await project.run(['runs', '--json'])).stdout) as { status: string }[];
    expect(last.status).toBe('interrupted');
  });

  test('by a second Ctrl-C ends it at once, and a stage that would not stop with it', async () => {
    const project = open();
    const { process: runner, result } = await startWaiting(project, 'stubborn');
    runner.kill('SIGINT');
    await sleep(200);
    runner.kill('SIGINT');
    expect((await result).exitCode).toBe(130);
    const stage = Number(project.read('executed.txt.pid'));
    for (let waited = 0; isAlive(stage) && waited < 5000; waited += 50) await sleep(50);
    expect(isAlive(stage)).toBe(false);
  });

  test('another run of the same stage meanwhile waits, and gives up with 75 when its time is over', async () => {
    const project = open();
    const { process, result } = await startWaiting(project);
    const second = await project.run(['arithmetic.json5', 'scale.trouble=wait', '--lock-timeout', '0.2']);
    expect(second.exitCode).toBe(75);
    expect(second.stderr).toMatch(/^scale: waiting for process \d+ on .*scale/m);
    process.kill('SIGINT');
    await result;
  });
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe('what cannot run', () => {
  test('a slip in the file is shown where it stands, and no stage starts', async () => {
    const project = open();
    project.write({
      'arithmetic.json5': project.read('arithmetic.json5').replace('"uses": "scale"', '"uses": "scael"'),
    });
    const { exitCode, stdout, stderr, executed } = await project.run(['arithmetic.json5']);
    expect({ exitCode, stdout, executed }).toEqual({ exitCode: 2, stdout: '', executed: [] });
    const lines = stderr.split('\n');
    expect(lines[0]).toMatch(/^arithmetic\.json5:6:24: error: .*scael/);
    expect(lines[2]).toContain('"uses": "scael"');
    expect(lines[3].indexOf('^')).toBe(lines[2].indexOf('"scael"'));
    expect(stderr).toMatch(/^hint: .*scale/m);
    expect(stderr).not.toContain('bug');
  });

  test.each([
    [['arithmetic.json5', 'scale.facto=3'], /^--set scale\.facto=3:1:\d+: error: |^.*facto/, /factor/],
    [['arithmetic.json5', 'totla'], /has no stage 'totla'/, /did you mean .total.\?/i],
    [['arithmetic.json5', '--kepe-going'], /unknown option --kepe-going of run/, /did you mean "--keep-going"\?/],
    [['missing.json5'], /missing\.json5 does not exist/, /hint/],
    [['diff', 'latest', 'latest~5'], /only 1 run is recorded/, /hint/],
    [['logs', 'scael'], /has no stage "scael"/, /did you mean "scale"\?/],
    [['show', 'nothing-like-it'], /there is no run 'nothing-like-it'/, /hint/],
  ] as const)('%j exits with 2 and says what to do', async (words, message, hint) => {
    const { exitCode, stdout, stderr } = await finished.run([...words]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(hint);
  });
});

describe('planning', () => {
  test('says what a run does, executes nothing, and --exit-code tells whether there is work', async () => {
    const project = open();
    const idle = await project.run(['plan', 'arithmetic.json5', '--exit-code']);
    expect(idle).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('Nothing to run: all 3 stages are fresh.'),
    });
    const plan = await project.run(['plan', 'arithmetic.json5', 'factor=3', '--exit-code']);
    expect(plan).toMatchObject({ exitCode: 3, executed: [] });
    expect(plan.stdout).toMatch(/^source +fresh/m);
    expect(plan.stdout).toMatch(/^scale +run +.* params\.factor: 2 → 3$/m);
    expect(plan.stdout).toMatch(/^total +pending +.* after scale$/m);
    expect(plan.stdout).toMatch(/^2 of 3 stages to run, about .*; 1 fresh$/m);
    const dryRun = await project.run(['arithmetic.json5', 'factor=3', '--dry-run']);
    expect(dryRun).toMatchObject({ exitCode: 0, executed: [], stdout: plan.stdout });
    expect(recordsOf(project)).toEqual(recordsOf(finished));
  });

  test('as JSON names verdicts and reasons', async () => {
    const { stdout } = await finished.run(['plan', 'arithmetic.json5', 'factor=3', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({
      stages: [
        { id: 'source', verdict: 'fresh', reasons: [] },
        { id: 'scale', verdict: 'run', reasons: [{ field: 'params.factor', before: 2, after: 3 }] },
        { id: 'total', verdict: 'pending', after: ['scale'] },
      ],
    });
  });

  test('why compares with the last run and with the nearest result in the store', async () => {
    const project = open();
    await project.run(['arithmetic.json5', 'factor=7', 'source.count=4']);
    const { exitCode, stdout } = await project.run(['why', 'arithmetic.json5', 'scale', 'factor=8']);
    expect(exitCode).toBe(0);
    const [, lastRun, nearest] = stdout.split(/^ {2}(?=\S)/m);
    expect(lastRun).toContain('params.factor: 7 → 8');
    expect(lastRun).toMatch(/inputs\.numbers: [0-9a-f]{12} → [0-9a-f]{12}/);
    expect(nearest).toMatch(/^From the nearest other result/);
    expect(nearest).toContain('params.factor: 2 → 8');
    expect(nearest).not.toContain('inputs.numbers');
  });

  test('graph draws each stage with its state', async () => {
    const { stdout } = await finished.run(['graph', 'arithmetic.json5', 'factor=3', '--format', 'json']);
    expect(stdout).toContain('"pending"');
    expect((await finished.run(['graph', 'arithmetic.json5'])).stdout).toMatch(/^(flowchart|graph) /m);
  });
});

describe('looking back', () => {
  test('diff tells causes and effects, and exits with 1 when there is any', async () => {
    const { exitCode, stdout } = await changed.run(['diff', 'latest~1', 'arithmetic.json5']);
    expect(exitCode).toBe(1);
    expect(stdout.indexOf('params.factor: 2 → 3 (+1)')).toBeGreaterThan(stdout.indexOf('Causes'));
    expect(stdout.indexOf('total: 12 → 18 (+6)')).toBeGreaterThan(stdout.indexOf('Effects'));
    expect(stdout).not.toContain('source');
    const json = JSON.parse((await changed.run(['diff', 'latest~1', 'latest', '--json'])).stdout) as {
      stages: { id: string }[];
    };
    expect(json.stages.map(({ id }) => id)).toEqual(['scale', 'total']);
    expect((await changed.run(['diff', 'latest~1', 'latest', '--md'])).stdout).toContain('| total | 12 → 18 (+6) |');
    const same = await changed.run(['diff', 'latest', 'latest']);
    expect(same).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('The runs are the same.') });
  });

  test('diff of two stages compares them alone, whatever they are called', async () => {
    const scales = await changed.run(['diff', 'latest~1/scale', 'arithmetic.json5/scale']);
    expect(scales.exitCode).toBe(1);
    expect(scales.stdout).toContain('params.factor: 2 → 3 (+1)');
    expect(scales.stdout).not.toContain('total');
    const others = JSON.parse(
      (await changed.run(['diff', 'latest/source', 'latest/scale', '--json'])).stdout,
    ) as object;
    expect(others).toMatchObject({ pipeline: [], stages: [{ id: 'source → scale', change: 'changed' }] });
    expect(await changed.run(['diff', 'latest/total', 'latest/total'])).toMatchObject({ exitCode: 0 });
    expect(await changed.run(['diff', 'latest/total', 'latest'])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringMatching(/a stage of one run compares with a stage of the other/),
    });
    expect(await changed.run(['diff', 'latest/totl', 'latest/total'])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringMatching(/has no stage "totl"\nhint: did you mean "total"\?/i),
    });
  });

  test('runs lists them, newest first', async () => {
    const runs = JSON.parse((await changed.run(['runs', '--json'])).stdout) as {
      id: string;
      stages: object;
      overrides: string[];
    }[];
    expect(runs.map(({ id }) => id)).toEqual(recordsOf(changed).reverse());
    expect(runs).toMatchObject([
      { stages: { fresh: 1, ran: 2 }, overrides: ['scale.factor=3'] },
      { stages: { ran: 3 } },
    ]);
    expect((await changed.run(['runs', '--limit', '1'])).stdout.trimEnd().split('\n')).toHaveLength(2);
  });

  test('show gives an artifact its provenance', async () => {
    const run = JSON.parse((await finished.run(['show', 'latest', '--json'])).stdout) as RunRecord;
    expect((await finished.run(['show', 'latest'])).stdout).toMatch(/^total +ran .* sum [0-9a-f]{12} TOTAL = 12$/m);
    const [scale, total] = run.stages.slice(1);
    const { stdout } = await finished.run(['show', total.outputs.sum.digest.slice(0, 12)]);
    const facts = Object.fromEntries(
      stdout
        .trimEnd()
        .split('\n')
        .map((line) => line.split(/ {2,}/) as [string, string]),
    );
    expect(facts).toMatchObject({
      artifact: 'sum',
      summary: 'TOTAL = 12',
      digest: total.outputs.sum.digest,
      run: run.id,
      'made by': 'arithmetic, stage total, output sum',
      'inputs.numbers': scale.outputs.numbers.digest,
      git: 'no repository',
    });
    expect(facts.took).toMatch(/s of processors, \d.* MB of memory/);
  });

  test('logs finds the log of the run that made a restored result', async () => {
    const project = open(changed.copy());
    await project.run(['arithmetic.json5']);
    const restored = await project.run(['logs', 'scale']);
    expect(restored).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('scaling by 2') });
    expect((await project.run(['logs', 'scale', 'latest~1'])).stdout).toContain('scaling by 3');
    const file = (await project.run(['logs', 'scale', '--path'])).stdout.trimEnd();
    expect(project.read(path.relative(project.folder, file))).toBe(restored.stdout);
  });

  test('a reader that goes away ends nothing', async () => {
    const { process, result } = finished.start(['show', 'latest', '--json']);
    process.stdout!.destroy();
    expect(await result).toMatchObject({ exitCode: 0, stderr: '' });
  });
});

describe('checking a file', () => {
  test('lint names parameters and outputs that nothing uses, and exits with 1', async () => {
    const project = open();
    expect(await project.run(['lint', 'arithmetic.json5'])).toMatchObject({ exitCode: 0, stdout: '' });
    project.write({
      'arithmetic.json5': project.read('arithmetic.json5').replace('"factor": 2', '"factor": 2, "fctor": 3'),
    });
    const { exitCode, stdout } = await project.run(['lint', 'arithmetic.json5']);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^arithmetic\.json5:3:28: warning: parameter "fctor" is used nowhere/);
  });

  test('schema prints that of a stage type or of an artifact', async () => {
    expect(JSON.parse((await finished.run(['schema', 'scale'])).stdout)).toMatchObject({ name: 'scale' });
    expect(JSON.parse((await finished.run(['schema', 'sum'])).stdout)).toMatchObject({ title: 'sum' });
    const project = open();
    project.write({
      'schemas/parts.schema.json': '{ "$defs": { "factor": { "type": "number", "description": "A part." } } }',
      'schemas/stages/scale.json': project
        .read('schemas/stages/scale.json')
        .replace('"factor": {', '"factor": { "$ref": "../parts.schema.json#/$defs/factor",'),
    });
    expect(JSON.parse((await project.run(['schema', 'scale'])).stdout)).toMatchObject({
      params: { properties: { factor: { type: 'number' } } },
    });
    expect(await finished.run(['schema', 'scael'])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('did you mean "scale"?'),
    });
  });
});
