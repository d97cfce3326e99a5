import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { arithmeticProject } from '../support/arithmetic.ts';
import { makeProject } from '../support/project.ts';
import type { TestProject } from '../support/project.ts';
import type { KeyRecord, RunRecord } from '../../src/runner/records.ts';

/** A project that has run, and whose helper was tidied since. */
let tidied: TestProject;
const opened: TestProject[] = [];

const helper = 'stages/shared/scaled.ts';
const restructured = `import { product } from './product.ts';

export function scaled(numbers: number[], by: number): number[] {
  const results: number[] = [];
  for (const number of numbers) results.push(product(number, by));
  return results;
}
`;
const reason = ['--reason', 'A loop reads better'];

beforeAll(async () => {
  tidied = makeProject(arithmeticProject());
  await tidied.run(['arithmetic.json5']);
  tidied.write({ [helper]: restructured });
});
afterAll(() => tidied.remove());
afterEach(() => opened.splice(0).forEach((project) => project.remove()));

function open(): TestProject {
  const project = tidied.copy();
  opened.push(project);
  return project;
}

describe('accepting a change of code', () => {
  test('that all stages share settles the pipeline in one call, and nothing runs', async () => {
    const project = open();
    const shared = "import { product } from './shared/product.ts';\nconst unit = product(1, 1);\n";
    for (const type of ['source', 'total'])
      project.write({
        [`stages/${type}.ts`]:
          shared
          + project
            .read(`stages/${type}.ts`)
            .replace('= await', '=')
            .replace('writeFileSync(path', 'if (unit === 1) writeFileSync(path'),
      });
    expect((await project.run(['plan', 'arithmetic.json5', '--exit-code'])).exitCode).toBe(3);
    const accepted = await project.run(['accept', 'arithmetic.json5', ...reason]);
    expect(accepted).toMatchObject({ exitCode: 0, stderr: '', executed: [] });
    expect(
      accepted.stdout
        .trimEnd()
        .split('\n')
        .map((line) => line.split(/ {2,}/)[0]),
    ).toEqual(['source', 'scale', 'total']);
    expect(accepted.stdout).toMatch(
      /^scale +key [0-9a-f]{12} → [0-9a-f]{12} +made in arithmetic-\S+ +code stages\/shared\/scaled\.ts: changed$/m,
    );
    expect(await project.run(['arithmetic.json5'])).toMatchObject({
      exitCode: 0,
      executed: [],
      stdout: expect.stringContaining('TOTAL = 12'),
    });
  });

  test('does not hide a later one', async () => {
    const project = open();
    await project.run(['accept', 'arithmetic.json5', ...reason]);
    expect((await project.run(['arithmetic.json5'])).executed).toEqual([]);
    project.write({ [helper]: restructured.replace('product(number, by)', 'product(number, by) + 1') });
    const later = await project.run(['arithmetic.json5']);
    expect(later).toMatchObject({
      exitCode: 0,
      executed: ['scale', 'total'],
      stdout: expect.stringContaining('TOTAL = 15'),
    });
  });

  test('is told with its reason by plan, why, show and runs, and the provenance stays', async () => {
    const project = open();
    const first = JSON.parse((await project.run(['show', 'latest', '--json'])).stdout) as RunRecord;
    await project.run(['accept', 'arithmetic.json5', 'scale', ...reason]);
    expect((await project.run(['plan', 'arithmetic.json5'])).stdout).toMatch(
      /^scale +restore +code .*; accepted: A loop reads better$/m,
    );
    await project.run(['arithmetic.json5']);
    expect((await project.run(['plan', 'arithmetic.json5'])).stdout).toMatch(
      /^scale +fresh +accepted: A loop reads better$/m,
    );
    const why = await project.run(['why', 'arithmetic.json5', 'scale']);
    expect(why.stdout).toMatch(
      new RegExp(
        `^ {2}Accepted from key ${first.stages[1].key!.slice(0, 12)} on \\d{4}-\\d\\d-\\d\\d: A loop reads better$`,
        'm',
      ),
    );
    expect((await project.run(['show', 'latest'])).stdout).toMatch(
      /^scale +restored +numbers [0-9a-f]{12} +accepted: A loop reads better$/m,
    );
    expect((await project.run(['runs'])).stdout).toMatch(/\(1 accepted\)$/m);
    const { digest } = first.stages[1].outputs.numbers;
    const { stdout } = await project.run(['show', digest.slice(0, 12)]);
    expect(stdout).toMatch(new RegExp(`^accepted +A loop reads better \\(.*from key ${first.stages[1].key}\\)$`, 'm'));
    expect(stdout).not.toContain('also made by');
    const { made } = JSON.parse((await project.run(['show', digest, '--json'])).stdout) as { made: KeyRecord[] };
    expect(made.map(({ provenance }) => provenance.run)).toEqual([first.id, first.id]);
    expect(made[1].accepted).toMatchObject([{ from: first.stages[1].key, reason: 'A loop reads better' }]);
    // The log of the run that made it is still found.
    expect((await project.run(['logs', 'scale'])).stdout).toContain('scaling by 2');
  });

  test('of a version of a package works as well', async () => {
    const project = open();
    const manifest = (version: string) => ({
      'node_modules/pack/package.json': JSON.stringify({
        name: 'pack',
        version,
        type: 'module',
        exports: './index.js',
      }),
      'node_modules/pack/index.js': 'export const one = 1;\n',
    });
    project.write({
      ...manifest('1.0.0'),
      [helper]: `import { one } from 'pack';\n${restructured.replace('(number, by)', '(number, by * one)')}`,
    });
    await project.run(['arithmetic.json5']);
    project.write(manifest('1.0.1'));
    const accepted = await project.run(['accept', 'arithmetic.json5', ...reason]);
    expect(accepted).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/packages\.pack: "1\.0\.0" → "1\.0\.1"/),
    });
    expect((await project.run(['arithmetic.json5'])).executed).toEqual([]);
  });

  test('twice keeps both reasons', async () => {
    const project = open();
    await project.run(['accept', 'arithmetic.json5', ...reason]);
    project.write({
      [helper]: restructured.replaceAll('results', 'products').replace('for (', 'if (numbers.length > 0) for ('),
    });
    expect((await project.run(['accept', 'arithmetic.json5', '--reason', 'No loop for nothing'])).exitCode).toBe(0);
    const plan = await project.run(['plan', 'arithmetic.json5']);
    expect(plan.stdout).toMatch(/^scale .*accepted: A loop reads better; No loop for nothing$/m);
    expect((await project.run(['arithmetic.json5'])).executed).toEqual([]);
  });
});

describe('what cannot be accepted', () => {
  test.each([
    [
      'a parameter',
      'scale',
      ['factor=3'],
      /stage 'scale' cannot be accepted: more than its code differs: params\.factor: 2 → 3/,
    ],
    ['one of several', 'total', ['scale', 'factor=3'], /stage 'scale' cannot be accepted: more than its code differs/],
    ['an input that is not made', 'total', [], /the result of scale is not up to date/],
    ['a name that means nothing', 'scael', [], /has no stage 'scael'/],
  ])('%s is named with exit code 2, and nothing is recorded', async (_what, stage, others, message) => {
    const project = open();
    const { exitCode, stderr, stdout } = await project.run(['accept', 'arithmetic.json5', stage, ...others, ...reason]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toMatch(message);
    expect((await project.run(['plan', 'arithmetic.json5'])).stdout).not.toContain('accepted');
  });

  test('another input, and the seed', async () => {
    const project = open();
    const seeded = project.read('schemas/stages/total.json').replace('{', '{"seeded":true,');
    project.write({ [helper]: restructured, 'schemas/stages/total.json': seeded });
    await project.run(['arithmetic.json5']);
    await project.run(['arithmetic.json5', 'scale', 'factor=3']);
    project.write({ 'stages/total.ts': project.read('stages/total.ts').replace('sum + value', 'value + sum') });
    expect((await project.run(['accept', 'arithmetic.json5', 'total', 'factor=3', ...reason])).stderr).toContain(
      'differs: inputs.numbers: changed',
    );
    expect((await project.run(['accept', 'arithmetic.json5', 'total', 'seed=2', ...reason])).stderr).toContain(
      'differs: seed.value: 1 → 2',
    );
  });

  test('a stage that never ran', async () => {
    const project = makeProject(arithmeticProject());
    opened.push(project);
    expect(await project.run(['accept', 'arithmetic.json5', 'source', ...reason])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringMatching(/the store has no result of it/),
    });
  });

  test('of a whole pipeline is left to run, and named', async () => {
    const project = open();
    project.write({ 'stages/source.ts': project.read('stages/source.ts').replace('i + 1', '1 + i') });
    const { exitCode, stdout, stderr } = await project.run(['accept', 'arithmetic.json5', 'factor=3', ...reason]);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^source /);
    expect(stderr).toMatch(
      /^left to run: scale \(more than its code differs: params\.factor: 2 → 3\)\nleft to run: total \(the result of scale is not up to date\)$/m,
    );
    expect((await project.run(['arithmetic.json5', 'factor=3'])).executed).toEqual(['scale', 'total']);
  });

  test('anything without a reason', async () => {
    const { exitCode, stderr } = await tidied.run(['accept', 'arithmetic.json5']);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/accept needs --reason TEXT/);
  });
});
