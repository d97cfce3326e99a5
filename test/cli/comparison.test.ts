import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { arithmeticProject } from '../support/arithmetic.ts';
import { makeProject } from '../support/project.ts';
import type { TestProject } from '../support/project.ts';

const module = 'stages/comparisons/sum.ts';
const comparison = `import { readFileSync } from 'node:fs';
import { product } from '../shared/product.ts';

const total = (folder) => JSON.parse(readFileSync(folder + '/sum.json', 'utf8')).total;

export default ({ before, after }) => {
  const growth = total(after) - total(before);
  return [{ name: 'twice the growth', text: 'by ' + product(growth, 2), values: { growth } }];
};
`;

let project: TestProject;
beforeAll(async () => {
  project = makeProject({ ...arithmeticProject(), [module]: comparison });
  await project.run(['arithmetic.json5']);
  await project.run(['arithmetic.json5', 'scale.factor=3']);
});
afterAll(() => project.remove());

describe("a project's own comparison of an artifact type", () => {
  test('says what it found before what differs in the files, in text, Markdown and JSON', async () => {
    const { stdout, exitCode, stderr } = await project.run(['diff', 'latest~1', 'latest']);
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: '' });
    expect(stdout).toMatch(/ {2}total\.sum\n {4}twice the growth: by 12\n {4}summary: /);
    expect((await project.run(['diff', 'latest~1', 'latest', '--md'])).stdout).toContain(
      '| twice the growth | by 12 |',
    );
    const json = await project.run(['diff', 'latest~1', 'latest', '--json']);
    const { stages } = JSON.parse(json.stdout) as { stages: { outputs?: { findings?: unknown[] }[] }[] };
    expect(stages.flatMap(({ outputs = [] }) => outputs.flatMap(({ findings = [] }) => findings))).toEqual([
      { name: 'twice the growth', text: 'by 12', values: { growth: 6 } },
    ]);
  });

  test('is no part of a key: editing it runs nothing, and the next comparison is made by the new one', async () => {
    project.write({ [module]: comparison.replace("'by '", "'exactly '") });
    expect((await project.run(['arithmetic.json5', 'scale.factor=3'])).stderr).toBe(
      'Nothing to run: all 3 stages are fresh.\n',
    );
    expect((await project.run(['diff', 'latest~1', 'latest'])).stdout).toContain('twice the growth: exactly 12');
  });

  test.each([
    ['does not compile', 'export default (', /does not compile/],
    ['exports no function', 'export const compare = 1;', /sum\.ts has no default export that is a function/],
  ])('that %s is one clear message, and no comparison', async (_, text, message) => {
    project.write({ [module]: text });
    const { exitCode, stderr } = await project.run(['diff', 'latest~1', 'latest']);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(message);
    project.write({ [module]: comparison });
  });
});
