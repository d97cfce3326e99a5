import { afterEach, describe, expect, test } from '@jest/globals';
import type { Json } from '../../../../src/runner/stage.ts';
import { Project, instance } from '../project.ts';

const project = new Project();
const grow = { uses: 'harvest' };

/** The parameter `label` of a mill, or whichever is asked for, in a pipeline with these parameters. */
function label(value: Json, params: Record<string, Json> = {}, name = 'label'): Json {
  return instance(
    project.load({
      seed: 7,
      params,
      stages: { grow, flour: { uses: 'mill', in: { crop: 'grow' }, with: { [name]: value } } },
    }),
    'flour',
  ).params[name];
}

function complaint(value: Json, params: Record<string, Json> = {}) {
  return project.complaint({
    params,
    stages: { grow, flour: { uses: 'mill', in: { crop: 'grow' }, with: { label: value } } },
  });
}

afterEach(() => {
  delete process.env.SHRINKNAS_TEST_STONE;
});

describe('a substitution', () => {
  test('that is the whole string becomes the value, whatever its type', () => {
    expect(label('${params.n}', { n: [100, 200] }, 'speeds')).toEqual([100, 200]);
    expect(label('${params.n}', { n: { mesh: 12 } }, 'sieve')).toEqual({ mesh: 12 });
    expect(label('${params.o.sizes.1}', { o: { sizes: [4, 5] } }, 'size')).toBe(5);
  });

  test('inside a longer string becomes text', () => {
    expect(label('${params.a}-${params.b}, seed ${seed}', { a: 1.5, b: true })).toBe('1.5-true, seed 7');
  });

  test('in a parameter refers to other parameters, and into what they become', () => {
    expect(label('${params.a.deep}!', { a: '${params.b}', b: { deep: '${params.c}' }, c: 'found' })).toBe('found!');
  });

  test('of an environment variable has a default and reads numbers as numbers', () => {
    expect(label('${env.SHRINKNAS_TEST_STONE:some stone}')).toBe('some stone');
    process.env.SHRINKNAS_TEST_STONE = '12';
    expect(label('${env.SHRINKNAS_TEST_STONE:3}', {}, 'grit')).toBe(12);
    expect(label('no ${env.SHRINKNAS_TEST_STONE}')).toBe('no 12');
  });

  test('of the round counts the rounds of the group', () => {
    const { stages } = project.load({
      stages: {
        grow,
        loop: {
          repeat: 2,
          stages: {
            flour: { uses: 'mill', in: { crop: 'grow' }, with: { grit: '${round}', label: 'round ${round}' } },
          },
        },
      },
    });
    expect(stages.slice(1).map(({ params }) => [params.grit, params.label])).toEqual([
      [1, 'round 1'],
      [2, 'round 2'],
    ]);
  });

  test('that is unknown is underlined and a near name suggested', () => {
    expect(complaint('a ${params.bugdet} b', { budget: 1 })).toMatchObject({
      message: 'unknown parameter params.bugdet',
      hint: 'did you mean "params.budget"?',
      frame: '16 |         "label": "a ${params.bugdet} b"\n   |                     ^^^^^^^^^^^^^^^^',
    });
    expect(complaint('${params.a.lef}', { a: { left: 1 } })).toMatchObject({
      message: 'unknown parameter params.a.lef',
      hint: 'did you mean "params.a.left"?',
    });
    expect(complaint('${sed}')).toMatchObject({ message: 'unknown substitution ${sed}', hint: 'did you mean "seed"?' });
    expect(complaint('${seed')).toMatchObject({ message: '"${" is not closed' });
  });

  test('of a list inside a longer string is refused', () => {
    expect(complaint('x${params.a}', { a: [1] }).message).toBe('a list cannot be part of a text');
  });

  test('of the round outside a group is refused', () => {
    expect(complaint('${round}').message).toBe('${round} only has a value in the stages of a group');
  });

  test('reads no variable without the prefix, and none that is not set', () => {
    expect(complaint('${env.HOME}')).toMatchObject({
      message: 'the environment variable HOME cannot be read here',
      hint: 'only variables that begin with SHRINKNAS_ can',
    });
    expect(complaint('${env.SHRINKNAS_TEST_STONE}').message).toBe(
      'the environment variable SHRINKNAS_TEST_STONE is not set',
    );
  });

  test('in a circle is named whole', () => {
    expect(complaint('${params.a}', { a: '${params.b}', b: 'x${params.c}', c: '${params.a}' }).message).toBe(
      'parameters refer to each other in a circle: params.a → params.b → params.c → params.a',
    );
    expect(complaint('x', { a: { b: '${params.a.b.c}' } }).message).toMatch(
      /in a circle: params\.a\.b\.c → params\.a\.b\.c$/,
    );
  });

  test('whose value does not fit is blamed on the parameter, where the value stands', () => {
    const text = `{
  "name": "bread",
  "params": { "fine": "very" },
  "stages": { "grow": { "uses": "harvest" }, "flour": { "uses": "mill", "in": { "crop": "grow" }, "with": { "grit": "\${params.fine}" } } }
}`;
    expect(project.complaint(text)).toMatchObject({
      message: '"grit" of the stage "flour" (mill) must be a number, found "very"',
      at: 'pipelines/bread.json5:3:23',
      frame: '3 |   "params": { "fine": "very" },\n  |                       ^^^^^^',
    });
  });
});
