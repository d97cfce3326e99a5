import { describe, expect, test } from '@jest/globals';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { pipelineSchema } from '../../../../scripts/generate/pipeline-schema.ts';
import { loadStageTypes } from '../../../../src/runner/catalogue/stage-types.ts';
import type { JsonObject } from '../../../../src/runner/stage.ts';
import type { Pipeline } from '../../../../src/runner/types.ts';
import { Project, ids, instance } from '../project.ts';

const project = new Project();
project.addType('fair', {
  name: 'fair',
  description: 'Compares flours of several mills.',
  inputs: {
    flours: { artifact: 'flour', description: 'What to compare.', many: true },
    rest: { artifact: 'bran', description: 'What was left of each.', many: true, optional: true },
    guest: { artifact: 'crop', description: 'What it is held for.', optional: true },
  },
  outputs: { verdict: { artifact: 'verdict', description: 'Which is best.' } },
  params: {
    type: 'object',
    additionalProperties: false,
    properties: { prize: { type: 'number', default: 1, description: 'For the best.' } },
  },
});

const grow = { uses: 'harvest' };
const fine = { uses: 'mill', in: { crop: 'grow' }, with: { grit: 0.1 } };
const coarse = { uses: 'mill', in: { crop: 'grow' }, with: { grit: '${params.grit}' } };
const flours = { fine: 'fine', coarse: 'coarse' };
const fair = { uses: 'fair', in: { flours } };
const params = { grit: 9 };
const stages = { grow, fine, coarse, fair };

/** Source by name of the input. */
function gatheredBy(pipeline: Pipeline, id: string): Record<string, string> {
  return Object.fromEntries(Object.entries(instance(pipeline, id).inputs).map(([name, { stage }]) => [name, stage]));
}

describe('a slot that gathers', () => {
  test('takes what each label names', () => {
    const pipeline = project.load({ params, stages });
    expect(instance(pipeline, 'fair').inputs).toEqual({
      'flours.fine': { stage: 'fine', output: 'flour', gathered: { slot: 'flours', label: 'fine', variant: {} } },
      'flours.coarse': { stage: 'coarse', output: 'flour', gathered: { slot: 'flours', label: 'coarse', variant: {} } },
    });
  });

  test('takes every instance on the axes that end in it, which its stage does not depend on', () => {
    const pipeline = project.load({ params, matrix: { seed: [1, 2], grit: [3, 4] }, stages });
    expect(gatheredBy(pipeline, 'fair')).toEqual({
      'flours.fine@seed=1': 'fine@seed=1',
      'flours.fine@seed=2': 'fine@seed=2',
      'flours.coarse@seed=1,grit=3': 'coarse@seed=1,grit=3',
      'flours.coarse@seed=1,grit=4': 'coarse@seed=1,grit=4',
      'flours.coarse@seed=2,grit=3': 'coarse@seed=2,grit=3',
      'flours.coarse@seed=2,grit=4': 'coarse@seed=2,grit=4',
    });
    expect(instance(pipeline, 'fair').inputs['flours.coarse@seed=2,grit=3'].gathered).toEqual({
      slot: 'flours',
      label: 'coarse',
      variant: { seed: '2', grit: '3' },
    });
  });

  test('goes along with the axes that its stage depends on, by its text or by another input', () => {
    const matrix = { seed: [1, 2], grit: [3, 4] };
    const byText = project.load({
      params,
      matrix,
      stages: { ...stages, fair: { ...fair, with: { prize: '${params.grit}' } } },
    });
    const byInput = project.load({
      params,
      matrix,
      stages: {
        ...stages,
        gift: { uses: 'harvest', with: { tonnes: '${params.grit}' } },
        fair: { ...fair, in: { flours, guest: 'gift' } },
      },
    });
    for (const pipeline of [byText, byInput]) {
      const { guest: _, ...gathered } = gatheredBy(pipeline, 'fair@grit=4');
      expect(gathered).toEqual({
        'flours.fine@seed=1': 'fine@seed=1',
        'flours.fine@seed=2': 'fine@seed=2',
        'flours.coarse@seed=1': 'coarse@seed=1,grit=4',
        'flours.coarse@seed=2': 'coarse@seed=2,grit=4',
      });
    }
  });

  test('takes the last round, whichever that is under each choice, or the one that is named', () => {
    const of = (reference: string, matrix: JsonObject) =>
      gatheredBy(
        project.load({
          params: { rounds: 2 },
          matrix,
          stages: {
            grow,
            loop: {
              repeat: '${params.rounds}',
              stages: { grind: { uses: 'mill', in: { crop: 'grow', before: 'grind[-1]' } } },
            },
            fair: { uses: 'fair', in: { flours: { ground: reference } } },
          },
        }),
        'fair',
      );
    expect(of('grind', {})).toEqual({ 'flours.ground': 'grind.2' });
    expect(of('grind', { rounds: [1, 3] })).toEqual({
      'flours.ground@rounds=1': 'grind.1',
      'flours.ground@rounds=3': 'grind.3',
    });
    expect(of('grind[1]', { rounds: [1, 3], seed: [5, 6] })).toEqual({
      'flours.ground@seed=5': 'grind.1@seed=5',
      'flours.ground@seed=6': 'grind.1@seed=6',
    });
  });

  test('gathers exactly the instances that agree with its stage on what both depend on, and names each once', () => {
    const axis = fc.uniqueArray(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 3 });
    const texts = fc.array(fc.constantFrom('${params.a}', '${params.b}', '1'), { minLength: 2, maxLength: 2 });
    fc.assert(
      fc.property(axis, axis, axis, texts, ([...a], [...b], [...seed], [grit, prize]) => {
        const pipeline = project.load({
          params: { a: 1, b: 1 },
          matrix: { a, seed, b },
          stages: {
            grow,
            one: {
              uses: 'mill',
              in: { crop: 'grow' },
              with: { grit: grit === '1' ? 1 : grit, speeds: ['${params.b}'] },
            },
            end: { uses: 'fair', in: { flours: { one: 'one' } }, with: { prize: prize === '1' ? 1 : prize } },
          },
        });
        const ones = pipeline.stages.filter(({ stage }) => stage === 'one');
        for (const end of pipeline.stages.filter(({ stage }) => stage === 'end')) {
          const agreeing = ones.filter(({ variant }) =>
            Object.entries(end.variant).every(([name, value]) => !(name in variant) || variant[name] === value),
          );
          const inputs = Object.values(end.inputs);
          expect(inputs.map(({ stage }) => stage)).toEqual(agreeing.map(({ id }) => id));
          for (const { gathered } of inputs) expect(Object.keys(gathered!.variant)).not.toContain(prize.slice(9, 10));
        }
      }),
      { numRuns: 60 },
    );
  });

  test('can be left out where it is optional, and set from outside, label by label', () => {
    const pipeline = project.load({ params, stages }, 'stages.fair.in.flours.third=coarse', 'seed=1,2');
    expect(Object.keys(gatheredBy(pipeline, 'fair'))).toContain('flours.third@seed=2');
    expect(ids(pipeline)).toContain('fair');
  });

  test('merges label by label where a pipeline is extended', () => {
    project.write('pipelines/base.json5', JSON.stringify({ name: 'base', params, stages }));
    const pipeline = project.load({
      extends: 'base.json5',
      stages: { fair: { in: { flours: { fine: null, again: 'coarse' } } } },
    });
    expect(gatheredBy(pipeline, 'fair')).toEqual({ 'flours.coarse': 'coarse', 'flours.again': 'coarse' });
  });
});

const object = 'write an object with a label for each source: { "<label>": "<stage>" }';
test.each<[string, JsonObject, string, string]>([
  ['one reference', { flours: 'fine' }, '"flours" gathers several results, found the string "fine"', object],
  ['a list', { flours: ['fine', 'coarse'] }, '"flours" gathers several results, found a list', object],
  ['no label', { flours: {} }, '"flours" gathers nothing', object],
  [
    'a label that is no word',
    { flours: { 'a b': 'fine' } },
    '"a b" cannot be a label of "flours"',
    'use letters, digits, "_", "." and "-", a letter or digit first',
  ],
  [
    'no reference behind a label',
    { flours: { fine: 3 } },
    '"flours.fine" must name a stage, found 3',
    'write "stage", "stage.output", "stage[-1]" (the round before) or "stage[2]" (round 2)',
  ],
  ['a stage that there is not', { flours: { fine: 'fien' } }, 'no stage is called "fien"', 'did you mean "fine"?'],
  [
    'an artifact of another type',
    { flours: { grow: 'grow' } },
    '"flours" needs the artifact flour, which "grow" (harvest) does not make',
    'its outputs: crop (crop)',
  ],
  [
    'labels where one result is wanted',
    { flours, guest: { a: 'grow' } },
    '"guest" must name a stage, found an object',
    'write "stage", "stage.output", "stage[-1]" (the round before) or "stage[2]" (round 2); it takes one result only',
  ],
])('complains of %s', (_, inputs, message, hint) => {
  const complaint = project.complaint({ params, stages: { ...stages, fair: { uses: 'fair', in: inputs } } });
  expect(complaint).toMatchObject({ message, hint, at: expect.stringMatching(/^pipelines\/bread\.json5:\d+:\d+$/) });
});

test('complains of a round that there is not, by the name of the input', () => {
  const grind = { uses: 'mill', in: { crop: 'grow' } };
  const { message, hint } = project.complaint({
    stages: {
      grow,
      loop: { repeat: 2, stages: { grind } },
      fair: { uses: 'fair', in: { flours: { third: 'grind[3]' } } },
    },
  });
  expect({ message, hint }).toEqual({
    message: '"flours.third" of the stage "fair" has no source: "grind[3]" is after the last round, 2',
    hint: 'name a round that exists, or remove "third"',
  });
});

test('circles through a slot that gathers are found', () => {
  project.addType('blend', {
    name: 'blend',
    description: 'Blends.',
    inputs: { flours: { artifact: 'flour', description: 'What.', many: true } },
    outputs: { flour: { artifact: 'flour', description: 'The blend.' } },
    params: { type: 'object', additionalProperties: false, properties: {} },
  });
  const { message } = project.complaint({
    stages: {
      grow,
      first: { uses: 'blend', in: { flours: { second: 'second' } } },
      second: { uses: 'mill', in: { crop: 'grow', before: 'first' } },
    },
  });
  expect(message).toBe('stages need each other in a circle: first → second → first');
});

test("the editors' schema takes what the loader takes, and marks what it does not", () => {
  const types = loadStageTypes(project.folder);
  const valid = new Ajv({ strictTypes: false, strictTuples: false }).compile(pipelineSchema(types));
  const withInputs = (inputs: JsonObject) =>
    valid({ name: 'a', stages: { ...stages, fair: { uses: 'fair', in: inputs } } });
  expect(withInputs({ flours, rest: { fine: 'fine.bran' }, guest: 'grow' })).toBe(true);
  expect(withInputs({ flours: { ...flours, fine: null } })).toBe(true);
  const refused: JsonObject[] = [
    { flours: 'fine' },
    { flours: ['fine'] },
    { flours: { 'a b': 'fine' } },
    { flours, guest: { a: 'grow' } },
  ];
  for (const inputs of refused) expect({ inputs, valid: withInputs(inputs) }).toEqual({ inputs, valid: false });
});
