import { afterEach, describe, expect, test } from '@jest/globals';
import path from 'node:path';
import { loadPipeline } from '../../../src/runner/load/pipeline.ts';
import { openStore } from '../../../src/runner/store/store.ts';
import type { JsonObject } from '../../../src/runner/stage.ts';
import { viewStages } from '../../../src/runner/view/view.ts';
import { arithmeticProject } from '../../support/arithmetic.ts';
import { makeProject } from '../../support/project.ts';
import type { TestProject } from '../../support/project.ts';

/** Shows what it is given. */
const view = `export default async ({ type, params, inputs }, settings) => {
  if (params.factor < 0) throw Object.assign(new Error('a negative factor turns everything round'), { name: 'StageError' });
  const { stage, folder } = inputs.numbers;
  const values = { type, factor: params.factor, from: stage.type, count: stage.params.count, isMade: (await folder()) !== undefined, settings };
  return { sections: [{ title: 'Scale', rows: [['FACTOR', String(params.factor)], ['One sentence.']] }], values };
};
`;

const projects: TestProject[] = [];
afterEach(() => projects.splice(0).forEach((project) => project.remove()));

function project(files: Record<string, string> = { 'stages/views/size/scale.ts': view }): TestProject {
  const made = makeProject({ ...arithmeticProject(), ...files });
  projects.push(made);
  return made;
}

function viewsOf({ folder }: TestProject, set: string[] = [], settings: JsonObject = {}) {
  return viewStages(
    'size',
    loadPipeline(path.join(folder, 'arithmetic.json5'), { set }),
    openStore({ project: folder }),
    settings,
  );
}

describe('a view of a pipeline', () => {
  test('sees a stage with its parameters, defaults included, those before it, and the settings; it executes nothing', async () => {
    const own = project();
    expect(await viewsOf(own, [], { colour: 'red' })).toEqual([
      {
        stages: ['scale'],
        sections: [{ title: 'Scale', rows: [['FACTOR', '2'], ['One sentence.']] }],
        values: { type: 'scale', factor: 2, from: 'source', count: 3, isMade: false, settings: { colour: 'red' } },
      },
    ]);
  });

  test('finds the input artifacts of this very pipeline when they are made', async () => {
    const own = project();
    await own.run(['arithmetic.json5']);
    expect(await viewsOf(own)).toMatchObject([{ values: { isMade: true } }]);
    expect(await viewsOf(own, ['source.count=4'])).toMatchObject([{ values: { isMade: false } }]);
  });

  test('is given once for stages of which it shows the same', async () => {
    expect(await viewsOf(project(), ['scale.factor=2,3', 'seed=1,2'])).toMatchObject([
      { values: { factor: 2 } },
      { values: { factor: 3 } },
    ]);
  });

  test('that finds something wrong says so with the stage and its place in the file', async () => {
    await expect(viewsOf(project(), ['scale.factor=-1'])).rejects.toMatchObject({
      name: 'Diagnostic',
      message: "stage 'scale': a negative factor turns everything round",
      location: { line: 6 },
    });
  });

  test('that no stage has is one clear message', async () => {
    await expect(viewsOf(project({}))).rejects.toMatchObject({
      name: 'Diagnostic',
      message: "none of the stages of pipeline 'arithmetic' has a size to show",
      hint: 'Its stages are: source (source), scale (scale), total (total).',
    });
  });
});
