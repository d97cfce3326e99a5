/** A stage that gathers the results of several variants and systems, through the real command line. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { arithmeticProject } from '../support/arithmetic.ts';
import { makeProject } from '../support/project.ts';
import type { TestProject } from '../support/project.ts';

const declaration = JSON.stringify({
  name: 'league',
  description: 'Lists sums.',
  inputs: {
    sums: { artifact: 'sum', description: 'What to list.', many: true },
    numbers: { artifact: 'numbers', description: 'What it is about.', optional: true },
  },
  outputs: { table: { artifact: 'table', description: 'A line for each.' } },
  params: {
    type: 'object',
    additionalProperties: false,
    properties: { trouble: { type: 'boolean', default: false, description: 'Whether to fail.' } },
  },
});

const artifact = JSON.stringify({
  title: 'table',
  description: 'A line for each.',
  type: 'object',
  additionalProperties: false,
  properties: { inputs: { type: 'array' }, lines: { type: 'array', items: { type: 'string' } } },
});

const league = `import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';

const line = ({ label, variant, folder }) =>
  label + ' ' + JSON.stringify(variant) + ' ' + JSON.parse(readFileSync(folder + '/sum.json', 'utf8')).total;

export default async ({ params, inputs, gathered, outputs, parts }) => {
  appendFileSync(process.env.EXECUTED, 'league\\n');
  if (params.trouble) throw new Error('no league: ' + gathered.sums.map(line).join('; '));
  const [{ value: lines }] = await parts('list', [{}]);
  writeFileSync(outputs.table + '/table.json', JSON.stringify({ inputs: Object.keys(inputs), lines }));
};

export const parts = { list: ({ gathered }) => gathered.sums.map(line) };
`;

const pipeline = JSON.stringify(
  {
    name: 'league',
    params: { factor: 2 },
    stages: {
      source: { uses: 'source' },
      scale: { uses: 'scale', in: { numbers: 'source' }, with: { factor: '${params.factor}' } },
      total: { uses: 'total', in: { numbers: 'scale' } },
      plain: { uses: 'total', in: { numbers: 'source' } },
      league: { uses: 'league', in: { sums: { scaled: 'total', plain: 'plain' }, numbers: 'source' } },
    },
  },
  undefined,
  2,
);

let project: TestProject;
beforeAll(() => {
  project = makeProject({
    ...arithmeticProject(),
    'schemas/stages/league.json': declaration,
    'schemas/artifacts/table.schema.json': artifact,
    'stages/league.ts': league,
    'league.json5': pipeline,
  });
});
afterAll(() => project.remove());

const table = () => JSON.parse(project.read('runs/latest/league/league/table/table.json')) as object;

describe('a stage that gathers', () => {
  test('is one for all values of the axis that ends in it, and is told of each, parts of its work too', async () => {
    const { exitCode, stderr, executed } = await project.run(['league.json5', 'factor=2,3']);
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
    expect(executed.sort()).toEqual(['league', 'scale', 'scale', 'source', 'total', 'total', 'total']);
    expect(table()).toEqual({
      inputs: ['numbers'],
      lines: ['plain {} 6', 'scaled {"factor":"2"} 12', 'scaled {"factor":"3"} 18'],
    });
  });

  test('a second time is fresh', async () => {
    expect((await project.run(['league.json5', 'factor=2,3'])).stderr).toMatch(/^Nothing to run/);
  });

  test('is planned and explained by the names of what it gathers', async () => {
    const words = ['league.json5', 'factor=2,5'];
    const plan = await project.run(['plan', ...words]);
    expect(plan.stdout).toMatch(/league +pending? .*after total@factor=5/);
    const why = await project.run(['why', ...words.slice(0, 1), 'league', ...words.slice(1)]);
    expect(why.stdout).toContain('after total@factor=5; inputs.sums.scaled@factor=3: gone\n');
    expect(why.stdout).not.toContain('inputs.sums.scaled@factor=2');
    expect(why.stdout).not.toContain('inputs.sums.plain');
    const graph = await project.run(['graph', ...words]);
    expect(graph.stdout).toContain('n4 -->|"sum"| n6');
  });

  test('reruns when one of its variants changes, and of the others nothing does', async () => {
    const { executed, exitCode } = await project.run(['league.json5', 'factor=2,5']);
    expect({ exitCode, executed }).toEqual({ exitCode: 0, executed: ['scale', 'total', 'league'] });
    expect(table()).toMatchObject({
      lines: ['plain {} 6', 'scaled {"factor":"2"} 12', 'scaled {"factor":"5"} 30'],
    });
  });

  test('stays as it is when what it gathers comes out as it was', async () => {
    const edited = project.copy();
    const total = 'stages/total.ts';
    edited.write({ [total]: edited.read(total).replace('sum + value', 'value + sum') });
    const { executed, stderr } = await edited.run(['league.json5', 'factor=2,5']);
    expect({ executed, stderr }).toMatchObject({ executed: ['total', 'total', 'total'] });
    edited.remove();
  });

  test('does not depend on the order in which labels are written, and does on the labels', async () => {
    const reordered = JSON.parse(pipeline) as { stages: { league: { in: { sums: object } } } };
    reordered.stages.league.in.sums = { plain: 'plain', scaled: 'total' };
    project.write({ 'reordered.json5': JSON.stringify(reordered) });
    expect((await project.run(['reordered.json5', 'factor=5,2'])).executed).toEqual([]);
    const renamed = await project.run([
      'league.json5',
      'factor=2,5',
      'stages.league.in.sums={scaled: "total", unscaled: "plain"}',
    ]);
    expect(renamed.executed).toEqual(['league']);
  });

  test('shows in diff which of what it gathers is new and which is gone', async () => {
    await project.run(['league.json5', 'factor=2,3']);
    await project.run(['league.json5', 'factor=2,7']);
    const { stdout } = await project.run(['diff', 'latest~1', 'latest']);
    expect(stdout).toMatch(/inputs\.sums\.scaled@factor=7: new/);
    expect(stdout).toMatch(/inputs\.sums\.scaled@factor=3: gone/);
    expect(stdout).not.toContain('sums.scaled@factor=2');
  });

  test('is started again by debug with the same', async () => {
    const { exitCode } = await project.run(['league.json5', 'factor=2,3', 'league.trouble=true']);
    expect(exitCode).toBe(1);
    const { stdout, stderr } = await project.run(['debug', 'league']);
    expect(stdout + stderr).toContain('no league: plain {} 6; scaled {"factor":"2"} 12; scaled {"factor":"3"} 18');
  });

  test('has no flaws that lint finds, and a mistake in it is shown at its place', async () => {
    expect(await project.run(['lint', 'league.json5'])).toMatchObject({ exitCode: 0 });
    const wrong = pipeline.replace('"scaled": "total"', '"scaled": "totla"');
    project.write({ 'wrong.json5': wrong });
    const { exitCode, stderr } = await project.run(['plan', 'wrong.json5']);
    const line = wrong.split('\n').findIndex((text) => text.includes('totla')) + 1;
    expect(exitCode).toBe(2);
    expect(stderr).toContain(`wrong.json5:${line}:`);
    expect(stderr).toContain('no stage is called "totla"');
    expect(stderr).toContain('did you mean "total"?');
  });
});
