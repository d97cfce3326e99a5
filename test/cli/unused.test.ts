import { expect, test } from '@jest/globals';
import { findUnused } from '../../src/cli/unused.ts';
import { loadPipeline } from '../../src/runner/load/pipeline.ts';
import { readMerged } from '../../src/runner/load/grammar/read.ts';
import { Project } from '../runner/load/project.ts';

const project = new Project();

function messages(stages: object, params: object = {}): string[] {
  const file = project.write('kitchen.json5', JSON.stringify({ name: 'kitchen', params, stages }));
  return findUnused(readMerged(file), loadPipeline(file)).map(({ message }) => message);
}

const harvest = { uses: 'harvest' };
const mill = { uses: 'mill', in: { crop: 'harvest' } };
const bake = { uses: 'bake', in: { flour: 'mill' }, with: { minutes: 30 } };

test('a parameter that no text refers to is unused', () => {
  expect(messages({ harvest: { ...harvest, with: { tonnes: '${params.tonnes}' } } }, { tonnes: 4, tons: 5 })).toEqual([
    'parameter "tons" is used nowhere: remove it, or refer to it as ${params.tons}',
  ]);
});

test('so is an output of a stage that others are read of, unless it is a byproduct', () => {
  const stages = { harvest, mill, bake };
  expect(messages(stages)).toEqual(['output "bran" of stage "mill" is read by no stage']);
  const { outputs, ...type } = loadPipeline(project.write('kitchen.json5', JSON.stringify({ name: 'kitchen', stages })))
    .types.mill;
  const declared = Object.entries(type).filter(([key]) => key !== 'home' && key !== 'entry');
  project.addType('mill', {
    ...Object.fromEntries(declared),
    outputs: { ...outputs, bran: { ...outputs.bran, byproduct: true } },
  });
  expect(messages(stages)).toEqual([]);
});

test('a stage that nothing is read of is a result', () => {
  expect(messages({ harvest, mill })).toEqual([]);
});
