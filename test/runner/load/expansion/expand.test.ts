import { describe, expect, test } from '@jest/globals';
import type { JsonObject } from '../../../../src/runner/stage.ts';
import { Project, ids, instance } from '../project.ts';

const project = new Project();
const grow = { uses: 'harvest' };
const bake = (minutes: number | string, flour: string) => ({ uses: 'bake', in: { flour }, with: { minutes } });

describe('a group', () => {
  const loop: JsonObject = {
    params: { rounds: 3 },
    stages: {
      grow,
      'over-and-over': {
        repeat: '${params.rounds}',
        stages: {
          grind: { uses: 'mill', in: { crop: 'grow', before: 'again[-1]' } },
          again: { uses: 'mill', in: { crop: 'grow', before: 'grind' } },
        },
      },
      loaf: bake(9, 'again'),
      early: bake(9, 'grind[1].flour'),
    },
  };

  test('is written out round by round', () => {
    expect(ids(project.load(loop))).toEqual([
      'grow',
      'grind.1',
      'again.1',
      'grind.2',
      'again.2',
      'grind.3',
      'again.3',
      'loaf',
      'early',
    ]);
  });

  test('connects to the same round, to the round before, and from outside to the last or a named one', () => {
    const pipeline = project.load(loop);
    expect(instance(pipeline, 'again.2').inputs.before).toEqual({ stage: 'grind.2', output: 'flour' });
    expect(instance(pipeline, 'grind.2').inputs).toEqual({
      crop: { stage: 'grow', output: 'crop' },
      before: { stage: 'again.1', output: 'flour' },
    });
    expect(instance(pipeline, 'loaf').inputs.flour).toEqual({ stage: 'again.3', output: 'flour' });
    expect(instance(pipeline, 'early').inputs.flour).toEqual({ stage: 'grind.1', output: 'flour' });
  });

  test('leaves an optional input open in round 1', () => {
    expect(instance(project.load(loop), 'grind.1').inputs).toEqual({ crop: { stage: 'grow', output: 'crop' } });
  });

  test('falls back to the next reference of a list in round 1', () => {
    const pipeline = project.load({
      stages: {
        grow,
        first: { uses: 'mill', in: { crop: 'grow' } },
        loop: { repeat: 2, stages: { grind: { uses: 'mill', in: { crop: 'grow', before: ['grind[-1]', 'first'] } } } },
      },
    });
    expect(instance(pipeline, 'grind.1').inputs.before.stage).toBe('first');
    expect(instance(pipeline, 'grind.2').inputs.before.stage).toBe('grind.1');
  });

  test('can go two rounds back', () => {
    const pipeline = project.load({
      stages: {
        grow,
        loop: {
          repeat: 3,
          stages: { grind: { uses: 'mill', in: { crop: 'grow', before: ['grind[-2]', 'grind[-1]'] } } },
        },
      },
    });
    expect(['grind.1', 'grind.2', 'grind.3'].map((id) => instance(pipeline, id).inputs.before?.stage)).toEqual([
      undefined,
      'grind.1',
      'grind.1',
    ]);
  });

  test('gives each round its own random stream', () => {
    expect(instance(project.load(loop), 'grind.2')).toMatchObject({
      stage: 'grind',
      group: 'over-and-over',
      round: 2,
      seed: { value: 1, stream: 'grind.2' },
    });
    expect(instance(project.load(loop), 'loaf')).not.toHaveProperty('seed');
  });
});

describe('a matrix', () => {
  const axes: JsonObject = {
    params: { time: 5, twice: '${params.time}', field: 'south' },
    matrix: { time: [5, 10], seed: [1, 2] },
    stages: {
      grow: { uses: 'harvest', with: { field: '${params.field}' } },
      flour: { uses: 'mill', in: { crop: 'grow' } },
      loaf: bake('${params.twice}', 'flour'),
      judge: { uses: 'taste', in: { bread: 'loaf.bread' } },
    },
  };

  test('makes a stage once for each combination of the axes that it or its inputs depend on', () => {
    expect(ids(project.load(axes))).toEqual([
      'grow',
      'flour@seed=1',
      'flour@seed=2',
      'loaf@time=5,seed=1',
      'loaf@time=5,seed=2',
      'loaf@time=10,seed=1',
      'loaf@time=10,seed=2',
      'judge@time=5,seed=1',
      'judge@time=5,seed=2',
      'judge@time=10,seed=1',
      'judge@time=10,seed=2',
    ]);
  });

  test('sets parameters and seed of an instance, whose stream does not name the variant', () => {
    const pipeline = project.load(axes);
    expect(instance(pipeline, 'loaf@time=10,seed=2')).toMatchObject({
      params: { minutes: 10 },
      variant: { time: 10, seed: 2 },
      inputs: { flour: { stage: 'flour@seed=2', output: 'flour' } },
    });
    expect(instance(pipeline, 'flour@seed=2').seed).toEqual({ value: 2, stream: 'flour' });
    expect(pipeline.params).toEqual({ time: 5, twice: 5, field: 'south' });
  });

  test('has values by name, which ids show, and of which some can be taken', () => {
    const named = {
      params: { oven: {} },
      matrix: { oven: { slow: { time: 50, field: 'south' }, quick: { time: 5, field: 'north' } } },
      stages: {
        grow: { uses: 'harvest', with: { field: '${params.oven.field}' } },
        flour: { uses: 'mill', in: { crop: 'grow' } },
        loaf: bake('${params.oven.time}', 'flour'),
      },
    };
    const pipeline = project.load(named);
    expect(ids(pipeline)).toEqual([
      'grow@oven=slow',
      'grow@oven=quick',
      'flour@oven=slow',
      'flour@oven=quick',
      'loaf@oven=slow',
      'loaf@oven=quick',
    ]);
    expect(instance(pipeline, 'loaf@oven=slow')).toMatchObject({ params: { minutes: 50 } });
    expect(ids(project.load(named, 'oven=quick'))).toEqual(['grow@oven=quick', 'flour@oven=quick', 'loaf@oven=quick']);
    expect(ids(project.load(named, 'oven=quick,slow'))).toHaveLength(6);
    expect(project.complaint(named, 'oven=quik')).toMatchObject({
      message: 'the matrix axis "oven" has no value "quik"',
      hint: expect.stringContaining('"quick"'),
    });
    expect(project.complaint({ ...named, matrix: { oven: { 'a b': {} } } }).message).toBe('"a b" cannot name a value');
  });

  test('reaches through rounds', () => {
    const pipeline = project.load({
      params: { grit: 1 },
      matrix: { grit: [1, 2] },
      stages: {
        grow,
        loop: {
          repeat: 2,
          stages: {
            a: { uses: 'mill', in: { crop: 'grow', before: 'b[-1]' } },
            b: { uses: 'mill', in: { crop: 'grow', before: 'a' }, with: { grit: '${params.grit}' } },
          },
        },
      },
    });
    expect(ids(pipeline)).toEqual([
      'grow',
      'a.1@grit=1',
      'a.1@grit=2',
      'b.1@grit=1',
      'b.1@grit=2',
      'a.2@grit=1',
      'a.2@grit=2',
      'b.2@grit=1',
      'b.2@grit=2',
    ]);
    expect(instance(pipeline, 'a.2@grit=2').inputs.before.stage).toBe('b.1@grit=2');
  });

  test('over the number of rounds shares the rounds that the numbers have in common', () => {
    const pipeline = project.load({
      params: { rounds: 1 },
      matrix: { rounds: [1, 3] },
      stages: {
        grow,
        loop: { repeat: '${params.rounds}', stages: { a: { uses: 'mill', in: { crop: 'grow', before: 'a[-1]' } } } },
        loaf: bake(1, 'a'),
      },
    });
    expect(ids(pipeline)).toEqual(['grow', 'a.1', 'a.2', 'a.3', 'loaf@rounds=1', 'loaf@rounds=3']);
    expect(
      [instance(pipeline, 'loaf@rounds=1'), instance(pipeline, 'loaf@rounds=3')].map(
        ({ inputs }) => inputs.flour.stage,
      ),
    ).toEqual(['a.1', 'a.3']);
  });

  test('can vary a part of a parameter, which touches only what uses that part', () => {
    const pipeline = project.load({
      params: { mill: { grit: 1, label: 'x' } },
      matrix: { 'mill.grit': [1, 2] },
      stages: {
        grow,
        a: { uses: 'mill', in: { crop: 'grow' }, with: { grit: '${params.mill.grit}' } },
        b: { uses: 'mill', in: { crop: 'grow' }, with: { label: '${params.mill.label}' } },
      },
    });
    expect(ids(pipeline)).toEqual(['grow', 'a@mill.grit=1', 'a@mill.grit=2', 'b']);
  });

  test('labels values that are no plain words so that no two are alike', () => {
    const values = ['north', 'a b', 'a/b', '1', 'true', 'a'.repeat(80), 'a'.repeat(81)];
    const pipeline = project.load({
      params: { f: '' },
      matrix: { f: values },
      stages: { grow: { uses: 'harvest', with: { field: '${params.f}' } } },
    });
    expect(pipeline.stages.map(({ params }) => params.field)).toEqual(values);
    expect(new Set(ids(pipeline)).size).toBe(values.length);
    expect(ids(pipeline)[0]).toBe('grow@f=north');
    for (const id of ids(pipeline)) expect(id).toMatch(/^grow@f=[\w.+~-]{1,40}$/);
  });

  test('of absurd size is refused before it is built', () => {
    const many = Array.from({ length: 400 }, (_, i) => i + 1);
    const pipeline = {
      params: { a: 1, b: 1 },
      matrix: { a: many, b: many },
      stages: { grow: { uses: 'harvest', with: { tonnes: '${params.a}', field: 'x${params.b}' } } },
    };
    expect(project.complaint(pipeline).message).toBe('the matrix makes 160000 instances of this stage');
  });
});

test('stages come in dependency order, and in that of the file where it is one', () => {
  const pipeline = project.load({
    stages: {
      judge: { uses: 'taste', in: { bread: 'loaf.bread' } },
      other: grow,
      loaf: bake(1, 'flour'),
      flour: { uses: 'mill', in: { crop: 'grow' } },
      grow,
    },
  });
  expect(ids(pipeline)).toEqual(['grow', 'flour', 'loaf', 'judge', 'other']);
});

test('a chain of thousands of stages does not overflow the stack', () => {
  const stages: JsonObject = { grow };
  for (let i = 5000; i > 0; i -= 1)
    stages[`m${i}`] = { uses: 'mill', in: { crop: 'grow', ...(i > 1 ? { before: `m${i - 1}` } : {}) } };
  expect(ids(project.load({ stages })).at(-1)).toBe('m5000');
});
