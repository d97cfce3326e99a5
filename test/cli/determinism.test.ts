import { afterEach, describe, expect, test } from '@jest/globals';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { arithmeticProject } from '../support/arithmetic.ts';
import { filesBelow } from '../support/files.ts';
import { makeProject } from '../support/project.ts';
import type { TestProject } from '../support/project.ts';

const opened: TestProject[] = [];
afterEach(() => opened.splice(0).forEach((project) => project.remove()));

const recorded = (project: TestProject) =>
  ['records', 'store/objects', 'store/keys', 'store/progress', 'store/tmp'].map((folder) =>
    readdirSync(path.join(project.folder, 'runs', folder), { recursive: true }).sort(),
  );

describe('verify --determinism', () => {
  test('says that a stage comes out the same, from the start, and leaves nothing', async () => {
    const project = makeProject(arithmeticProject());
    opened.push(project);
    const resumed = "if (existsSync(path.join(progress, 'saved'))) throw new Error('resumed');";
    const scale = project.read('stages/scale.ts').replace('console.log(', `${resumed}\n  console.log(`);
    project.write({ 'stages/scale.ts': scale });
    const words = ['verify', '--determinism', 'scale'];
    expect(await project.run([...words, 'arithmetic.json5'])).toMatchObject({ exitCode: 2 });
    await project.run(['arithmetic.json5', 'scale.factor=5']);
    // Progress that was saved is not gone on from.
    for (const key of readdirSync(path.join(project.folder, 'runs/store/keys'), { recursive: true, encoding: 'utf8' }))
      if (key.endsWith('.json')) project.write({ [`runs/store/progress/${path.basename(key, '.json')}/saved`]: '' });
    const before = recorded(project);
    // With what the run was set to, not with what the file says.
    expect(await project.run([...words, 'latest'])).toMatchObject({
      exitCode: 0,
      executed: ['scale'],
      stdout: 'scale: the same bytes again\n',
    });
    expect(recorded(project)).toEqual(before);
  });

  test('names the files that differ, and exits with 1', async () => {
    const project = makeProject(arithmeticProject());
    opened.push(project);
    const source = project.read('stages/source.ts');
    // One more at each execution.
    const changed = source.replace(
      'params.count',
      "params.count + readFileSync(process.env.EXECUTED + '.all', 'utf8').length",
    );
    const counting = changed.replace(
      /export default [^\n]*\n/,
      (line) => `${line}appendFileSync(process.env.EXECUTED + '.all', '.');\n`,
    );
    project.write({ 'stages/source.ts': counting });
    expect((await project.run(['arithmetic.json5'])).exitCode).toBe(0);
    const result = await project.run(['verify', '--determinism', 'source']);
    expect(result).toMatchObject({ exitCode: 1, stdout: 'source: numbers/numbers.json differs\n' });
    const json = await project.run(['verify', '--determinism', 'source', '--json']);
    expect(JSON.parse(json.stdout)).toEqual([
      {
        stage: 'source',
        status: 'different',
        differences: [{ output: 'numbers', file: 'numbers.json', problem: 'differs' }],
      },
    ]);
    // The result in the store is what it was.
    expect(filesBelow(path.join(project.folder, 'runs/store/objects')).length).toBe(3);
    expect((await project.run(['verify'])).exitCode).toBe(0);
    expect(await project.run(['verify', '--determinism', 'sourc'])).toMatchObject({ exitCode: 2 });
  });
});
