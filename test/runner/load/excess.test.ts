import { describe, expect, test } from '@jest/globals';
import { loadPipeline } from '../../../src/runner/load/pipeline.ts';
import type { Json } from '../../../src/runner/stage.ts';
import { complaintOf, ids, Project } from './project.ts';

const project = new Project();
const stages = (label: Json) => ({
  grow: { uses: 'harvest' },
  flour: { uses: 'mill', in: { crop: 'grow' }, with: { label } },
});

/** Ten levels, each of which repeats the one below ten times. */
const tenfold = (bottom: Json, repeat: (name: string) => Json) =>
  Object.fromEntries([
    ['p0', bottom],
    ...Array.from({ length: 10 }, (_, i) => [`p${i + 1}`, repeat(`\${params.p${i}}`)] as const),
  ]);

describe('a pipeline that would fill memory or never end is refused', () => {
  test.each([
    ['texts', tenfold('ten letters', (name) => name.repeat(10))],
    ['lists', tenfold([1], (name) => Array.from({ length: 10 }, () => name))],
    ['objects', tenfold({ a: 1 }, (name) => Object.fromEntries([...'abcdefghij'].map((key) => [key, name])))],
  ])('parameters that repeat %s tenfold on ten levels', (_, params) => {
    const { message, at } = project.complaint({ params, stages: stages('x') });
    expect(message).toBe('with its substitutions done this has more than 1,000,000 characters or values');
    expect(at).toMatch(/^pipelines\/bread\.json5:\d+:\d+$/);
  });

  test('what it extends is a device, and the device itself', () => {
    expect(project.complaint({ extends: '/dev/zero', stages: {} })).toMatchObject({
      message: expect.stringMatching(/^pipeline file \S+dev\/zero is no file$/),
      at: 'pipelines/bread.json5:3:14',
    });
    expect(complaintOf(() => loadPipeline('/dev/zero'), project.folder).message).toMatch(/is no file$/);
  });

  test('a file of more than 10 MB', () => {
    const file = project.write('pipelines/huge.json5', '/'.repeat(10_000_001));
    expect(complaintOf(() => loadPipeline(file), project.folder).message).toMatch(/huge.json5 is larger than 10 MB$/);
  });

  test('a text with U+0000, which ends names for the system', () => {
    expect(project.complaint({ stages: stages('a\u0000b') }).message).toBe('this text holds the character U+0000');
  });

  test('names that are too long for files', () => {
    expect(project.complaint({ name: 'n'.repeat(101), stages: stages('x') })).toMatchObject({
      message: 'this name has 101 characters',
      hint: 'names have at most 100',
    });
    const named = (length: number) => ({ stages: { ['s'.repeat(length)]: { uses: 'harvest' } } });
    expect(ids(project.load(named(200)))).toEqual(['s'.repeat(200)]);
    expect(project.complaint(named(201)).message).toMatch(/^"s{40}…" is too long to name the files of a stage$/);
  });
});
