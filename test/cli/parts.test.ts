import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { arithmeticProject } from '../support/arithmetic.ts';
import { killTree } from '../support/kill-tree.ts';
import { makeProject } from '../support/project.ts';
import type { TestProject } from '../support/project.ts';

/** `scale` has each product made by a part of its own, and the last one waits for the file `go`. */
const stage = `import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
export default async ({ params, inputs, outputs, parts }) => {
  const { values } = JSON.parse(readFileSync(inputs.numbers + '/numbers.json', 'utf8'));
  const products = await parts('product', values.map((value) => ({ value, factor: params.factor })));
  writeFileSync(outputs.numbers + '/numbers.json', JSON.stringify({ values: products.map(({ value }) => value) }));
};
export const parts = {
  product: async ({ params: { value, factor } }) => {
    appendFileSync(process.env.EXECUTED, 'product ' + value + '\\n');
    while (value === 3 && !existsSync('go')) await new Promise((resolve) => setTimeout(resolve, 20));
    return value * factor;
  },
};
`;

let project: TestProject;
beforeEach(() => {
  project = makeProject({ ...arithmeticProject(), 'stages/scale.ts': stage });
});
afterEach(() => project.remove());

test('parts that were done survive a run that is killed with all that it started', async () => {
  const { process: runner, result } = project.start(['arithmetic.json5']);
  const executed = path.join(project.folder, 'executed.txt');
  while (!existsSync(executed) || !project.read('executed.txt').includes('product 3')) await sleep(20);
  killTree(runner.pid!);
  await result;
  project.write({ go: '' });
  const second = await project.run(['arithmetic.json5']);
  expect(second).toMatchObject({
    exitCode: 0,
    executed: ['product 3', 'total'],
    stdout: expect.stringContaining('TOTAL = 12'),
  });
});
