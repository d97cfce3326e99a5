import { describe, expect, test } from '@jest/globals';
import type { JsonObject } from '../../../../src/runner/stage.ts';
import { Project, ids, instance } from '../project.ts';

const project = new Project();
const pipeline: JsonObject = {
  seed: 3,
  params: { time: 5, oven: { heat: 200, racks: [1, 2] }, flour: { grit: 1, brand: 'x' } },
  matrix: { time: [5, 6] },
  stages: {
    grow: { uses: 'harvest' },
    loop: { repeat: 2, stages: { flour: { uses: 'mill', in: { crop: 'grow', before: 'flour[-1]' } } } },
    loaf: { uses: 'bake', in: { flour: 'flour' }, with: { minutes: '${params.time}' } },
  },
};

describe('an override', () => {
  test('sets the seed, parameters of the pipeline and of stages, by short and by full path', () => {
    const loaded = project.load(
      pipeline,
      'seed=9',
      'oven.heat=250',
      'params.oven.racks.1=7',
      'grow.tonnes=4',
      'stages.grow.with.field=west',
      'stages.loop.stages.flour.with.sieve.mesh=20',
    );
    expect(loaded).toMatchObject({ seed: 9, params: { oven: { heat: 250, racks: [1, 7] } } });
    expect(loaded.overrides).toEqual([
      'seed=9',
      'oven.heat=250',
      'params.oven.racks.1=7',
      'grow.tonnes=4',
      'stages.grow.with.field=west',
      'stages.loop.stages.flour.with.sieve.mesh=20',
    ]);
    expect(instance(loaded, 'grow').params).toEqual({ tonnes: 4, field: 'west' });
    expect(instance(loaded, 'flour.1')).toMatchObject({ params: { sieve: { mesh: 20 } }, seed: { value: 9 } });
  });

  test('sets resources, inputs and the number of rounds', () => {
    const loaded = project.load(
      pipeline,
      'stages.grow.resources.cores=4',
      'stages.grow.timeout=2h',
      'stages.grow.retries=3',
      'loop.repeat=3',
      'stages.loaf.in.flour=flour[1]',
    );
    expect(instance(loaded, 'grow').resources.cores).toBe(4);
    expect(instance(loaded, 'grow')).toMatchObject({ timeout: 7200, retries: 3 });
    expect(instance(loaded, 'loaf@time=5').inputs.flour.stage).toBe('flour.1');
    expect(ids(loaded)).toContain('flour.3');
  });

  test('reads JSON5 where the value is some and text where it is not', () => {
    const field = (value: string) => instance(project.load(pipeline, `grow.field=${value}`), 'grow').params.field;
    expect(field('far west')).toBe('far west');
    expect(field('"12"')).toBe('12');
    expect(field('"a,b"')).toBe('a,b');
    expect(field('a=b')).toBe('a=b');
    expect(instance(project.load(pipeline, 'flour.speeds=[1,2]'), 'flour.1').params.speeds).toEqual([1, 2]);
    expect(field('in ${params.oven.heat}')).toBe('in 200');
  });

  test('with several values makes an axis, of a parameter, the seed or a stage', () => {
    expect(ids(project.load(pipeline, 'time=1,2,3')).slice(-3)).toEqual(['loaf@time=1', 'loaf@time=2', 'loaf@time=3']);
    expect(ids(project.load(pipeline, 'time=1', 'seed=4,5')).slice(1)).toEqual([
      'flour.1@seed=4',
      'flour.1@seed=5',
      'flour.2@seed=4',
      'flour.2@seed=5',
      'loaf@seed=4',
      'loaf@seed=5',
    ]);
    const loaded = project.load(pipeline, 'time=1', 'flour.stone=granite,basalt');
    expect(ids(loaded).at(-1)).toBe('loaf@flour.stone=basalt');
    expect(instance(loaded, 'flour.2@flour.stone=basalt')).toMatchObject({
      params: { stone: 'basalt' },
      variant: { 'flour.stone': 'basalt' },
      inputs: { before: { stage: 'flour.1@flour.stone=basalt' } },
    });
  });

  test('with one value takes the place of the axis in the file', () => {
    expect(ids(project.load(pipeline, 'time=8')).at(-1)).toBe('loaf');
    expect(ids(project.load(pipeline, 'matrix.time=[8,9]')).at(-1)).toBe('loaf@time=9');
  });

  test('of one path given again replaces the earlier one', () => {
    expect(instance(project.load(pipeline, 'grow.tonnes=4,5', 'grow.tonnes=6'), 'grow').params.tonnes).toBe(6);
  });

  test('prefers whichever of a parameter and a stage has the rest of the path', () => {
    expect(project.load(pipeline, 'flour.brand=y').params.flour).toEqual({ grit: 1, brand: 'y' });
    expect(instance(project.load(pipeline, 'flour.stone=basalt'), 'flour.1').params.stone).toBe('basalt');
    expect(project.complaint(pipeline, 'flour.grit=2')).toEqual({
      message: '"flour.grit" is a parameter of the pipeline and one of the stage "flour"',
      at: '--set:1:7',
      frame: '--set flour.grit=2\n      ^^^^^',
      hint: 'write params.flour.grit or stages.flour.with.grit',
    });
  });

  test.each([
    ['tiem=3', 'no parameter and no stage is called "tiem"', 'tiem', 'did you mean "time"?'],
    ['grow.tones=3', 'the stage "grow" (harvest) has no parameter "tones"', 'tones', 'did you mean "tonnes"?'],
    [
      'stages.grow.with.tones=3',
      'the stage "grow" (harvest) has no parameter "tones"',
      'tones',
      'did you mean "tonnes"?',
    ],
    ['stages.gorw.with.tonnes=3', 'no stage is called "gorw"', 'gorw', 'did you mean "grow"?'],
    ['stages.grow.wiht.tonnes=3', '"wiht" is nothing of a stage that can be set', 'wiht', 'did you mean "with"?'],
    [
      'stages.grow.resources.core=3',
      '"core" is unknown in "resources" of the stage "grow"',
      'core',
      'did you mean "cores"?',
    ],
    ['params.tiem=3', 'the pipeline has no parameter "tiem"', 'tiem', 'did you mean "time"?'],
    ['oven.haet=3', 'the parameter "oven" has no "haet"', 'haet', 'did you mean "heat"?'],
    ['params.oven.racks.2=3', 'the parameter "oven.racks" has no "2"', '2', 'there are no keys'],
    ['grow=3', '"grow" is a stage', 'grow', 'name one of its parameters, for instance grow.field'],
    ['loop.rounds=3', 'only the number of rounds of the group "loop" can be set', 'rounds', 'write loop.repeat'],
    ['grow.tonnes=0', '"tonnes" of the stage "grow" (harvest) must be at least 1, found 0', '0', 'tonnes: How much.'],
    ['grow.tonnes=1,0', '"tonnes" of the stage "grow" (harvest) must be at least 1, found 0', '0', 'tonnes: How much.'],
    [
      'grow.tonnes=1,,2',
      'a value is missing beside this comma',
      ',',
      'write "" for an empty text, or quote a text with commas',
    ],
    [
      'grow..tonnes=1',
      'a name is missing in the path',
      '.',
      'write path=value, for instance --set search.iterations=3',
    ],
    ['grow.tonnes', '"grow.tonnes" sets nothing', 'grow.tonnes', 'write path=value, for instance --set seed=2'],
    ['seed=-1', '"seed" must be a whole number of at least 0, found -1', '-1', undefined],
    ['loop.repeat=2,3', 'only parameters and the seed can have several values', 'loop.repeat=2,3', 'give one value'],
  ])('%s is refused under the bad part', (text, message, at, hint) => {
    const complaint = project.complaint(pipeline, text);
    expect(complaint.message).toBe(message);
    const [line, carets] = complaint.frame!.split('\n');
    expect(line).toBe(`--set ${text}`);
    expect(line.slice(carets.indexOf('^'), carets.lastIndexOf('^') + 1)).toBe(at);
    expect(complaint.hint).toBe(hint);
  });

  test('of what an axis replaces anyway is refused', () => {
    const file: JsonObject = {
      params: { a: { b: 1 } },
      matrix: { a: [{ b: 1 }, { b: 2 }] },
      stages: { grow: { uses: 'harvest' } },
    };
    expect(project.complaint(file, 'a.b=3').message).toBe('the matrix axis "a" replaces this value in every instance');
  });

  test('does not hide an error of the file', () => {
    expect(project.complaint({ stages: { grow: { uses: 'harvest', wiht: {} } } }, 'nonsense=1').message).toBe(
      'unknown key "wiht" in stage "grow"',
    );
  });
});
