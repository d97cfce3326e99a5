import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { loadPipeline } from '../../../../src/runner/load/pipeline.ts';
import { Project, complaintOf, ids, instance } from '../project.ts';

const project = new Project();
project.write(
  'pipelines/base.json5',
  `{
  "name": "base",
  "seed": 4,
  "params": { "time": 5, "speeds": [1, 2, 3] },
  "stages": {
    "grow": { "uses": "harvest", "with": { "tonnes": 7, "field": "south" } },
    "flour": { "uses": "mill", "in": { "crop": "grow" }, "with": { "speeds": "\${params.speeds}" } },
    "loaf": { "uses": "bake", "in": { "flour": "flour" }, "with": { "minutes": "\${params.time}" } },
  },
}`,
);

const load = (text: string, file = 'pipelines/more/child.json5') => loadPipeline(project.write(file, text));
const complaint = (text: string) => complaintOf(() => load(text), project.folder);

describe('a pipeline that extends another', () => {
  test('merges objects and replaces anything else', () => {
    const loaded = load(
      '{ "extends": "../base.json5", "name": "child", "params": { "speeds": [9] }, "stages": { "grow": { '
        + '"with": { "tonnes": 8 } } } }',
    );
    expect(loaded).toMatchObject({ name: 'child', seed: 4, params: { time: 5, speeds: [9] } });
    expect(instance(loaded, 'grow').params).toEqual({ tonnes: 8, field: 'south' });
    expect(instance(loaded, 'flour').params.speeds).toEqual([9]);
  });

  test('inherits even the name, removes with null, and appends new stages', () => {
    const loaded = load(
      '{ "extends": "../base.json5", "stages": { "loaf": null, "grow": { "with": { "field": null } }, "more": { '
        + '"uses": "harvest" } } }',
    );
    expect(loaded.name).toBe('base');
    expect(ids(loaded)).toEqual(['grow', 'flour', 'more']);
    expect(instance(loaded, 'grow').params.field).toBe('north');
  });

  test('may be extended itself', () => {
    load('{ "extends": "../base.json5", "name": "child", "seed": 5 }');
    expect(
      load('{ "extends": "child.json5", "params": { "time": 6 } }', 'pipelines/more/grandchild.json5'),
    ).toMatchObject({ name: 'child', seed: 5, params: { time: 6 } });
  });

  test('may extend several: each is whole before the next comes on top', () => {
    project.write(
      'pipelines/more/left.json5',
      '{ "extends": "../base.json5", "name": "left", "params": { "time": 6 }, "stages": { "loaf": null, "left": { "uses": "harvest" } } }',
    );
    project.write(
      'pipelines/more/right.json5',
      '{ "extends": "../base.json5", "name": "right", "stages": { "flour": { "with": { "speeds": [7] } } } }',
    );
    const loaded = load('{ "extends": ["left.json5", "right.json5"], "name": "both" }');
    // `loaf` is gone from the left alone, and the time is the right's, as it stands in the base.
    expect(ids(loaded).toSorted()).toEqual(['flour', 'grow', 'left', 'loaf']);
    expect(loaded).toMatchObject({ name: 'both', params: { time: 5 } });
    expect(instance(loaded, 'flour').params.speeds).toEqual([7]);
  });

  test('has errors shown in the file where the value stands', () => {
    expect(complaint('{ "extends": "../base.json5",\n  "params": { "time": "long" } }')).toMatchObject({
      at: 'pipelines/more/child.json5:2:23',
    });
    expect(complaint('{ "extends": "../base.json5", "params": { "speeds": null } }')).toMatchObject({
      message: 'unknown parameter params.speeds',
      at: 'pipelines/base.json5:7:79',
    });
  });

  test('has its stages located in the file that names them first or last', () => {
    const loaded = load('{ "extends": "../base.json5",\n  "stages": { "grow": { "with": {} } } }');
    expect(instance(loaded, 'grow').location).toMatchObject({
      file: path.join(project.folder, 'pipelines/more/child.json5'),
      line: 2,
    });
    expect(instance(loaded, 'flour').location).toMatchObject({
      file: path.join(project.folder, 'pipelines/base.json5'),
      line: 7,
    });
  });

  test('in a circle, or of a file that is missing, is refused at "extends"', () => {
    project.write('pipelines/more/a.json5', '{ "extends": "child.json5" }');
    expect(complaint('{ "extends": "a.json5" }')).toMatchObject({
      message: 'pipelines extend each other in a circle: child.json5 → a.json5 → child.json5',
      at: 'pipelines/more/a.json5:1:14',
    });
    expect(complaint('{ "extends": "none.json5" }')).toMatchObject({
      message: expect.stringMatching(/none\.json5 does not exist/),
      at: 'pipelines/more/child.json5:1:14',
    });
    expect(complaint('{ "extends": 3 }')).toMatchObject({
      message: '"extends" must be the path of a pipeline file, or a list of them, found 3',
    });
    expect(complaint('{ "extends": ["../base.json5",\n []] }')).toMatchObject({
      message: '"extends" must be the path of a pipeline file, or a list of them, found a list',
      at: 'pipelines/more/child.json5:2:2',
    });
    expect(complaint('{ "extends": [] }')).toMatchObject({ at: 'pipelines/more/child.json5:1:14' });
  });
});
