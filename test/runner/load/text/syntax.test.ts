import { describe, expect, test } from '@jest/globals';
import { loadPipeline } from '../../../../src/runner/load/pipeline.ts';
import { Project, complaintOf } from '../project.ts';

const project = new Project();

describe('a file that is not JSON5', () => {
  test.each([
    ['an empty file', '', '1:1', 'the file is empty', '1 | \n  | ^'],
    [
      'only comments',
      '// nothing\n',
      '1:11',
      'the file ends in the middle of a value',
      '1 | // nothing\n  |           ^',
    ],
    [
      'a missing comma',
      '{\n  "name": "a"\n  "stages": {}\n}',
      '3:3',
      'not JSON5: unexpected "stages"',
      '3 |   "stages": {}\n  |   ^^^^^^^^',
    ],
    ['a word', '{\n\t"name": yes\n}', '2:10', 'not JSON5: unexpected "yes"', '2 | \t"name": yes\n  | \t        ^^^'],
    ['an open object', '{\n  "stages": {\n', '2:13', 'this { is never closed', '2 |   "stages": {\n  |             ^'],
    [
      'an open list',
      '{ "matrix": { "a": [1, 2',
      '1:20',
      'this [ is never closed',
      '1 | { "matrix": { "a": [1, 2\n  |                    ^',
    ],
    [
      'a string over two lines',
      '{ "name": "a\n" }',
      '1:11',
      'this string does not end on its line',
      '1 | { "name": "a\n  |           ^',
    ],
    [
      'a key that stands twice',
      '{ "name": "a",\n  "name": "b" }',
      '2:3',
      'the key "name" stands twice in this object',
      '2 |   "name": "b" }\n  |   ^^^^^^',
    ],
    [
      'an empty element',
      '{ "a": [1,,2] }',
      '1:11',
      'not JSON5: unexpected ","',
      '1 | { "a": [1,,2] }\n  |           ^',
    ],
    ['a list at the top', '[]', '1:1', 'a pipeline must be an object, found a list', '1 | []\n  | ^^'],
    [
      'infinity',
      '{ "seed": Infinity }',
      '1:11',
      'Infinity cannot be stored as JSON',
      '1 | { "seed": Infinity }\n  |           ^^^^^^^^',
    ],
  ])('with %s is shown where it breaks off', (_, text, place, message, frame) => {
    const complaint = project.complaint(text);
    expect(complaint).toMatchObject({ at: `pipelines/bread.json5:${place}`, message, frame });
    expect(complaint.hint).toMatch(/\w/);
  });

  test('does not overflow the stack when it nests deeply', () => {
    expect(project.complaint(`{ "params": { "a": ${'['.repeat(5000)}${']'.repeat(5000)} } }`).message).toBe(
      'nested more than 200 levels deep',
    );
  });

  test('is cut to a window around the error when its line is long', () => {
    const text =
      `{ "name": "a", "params": { ${Array.from({ length: 500 }, (_, i) => `"p${i}": ${i}`).join(', ')} }, `
      + '"stagse": {} }';
    const { frame } = project.complaint(text);
    const [line, carets] = frame!.split('\n');
    expect(line.length).toBeLessThan(130);
    expect(line.slice(carets.indexOf('^'), carets.lastIndexOf('^') + 1)).toBe('"stagse"');
  });
});

test('a byte order mark, carriage returns, comments and trailing commas are no error', () => {
  const file = project.write(
    'pipelines/windows.json5',
    '\uFEFF{\r\n  // what it is called\r\n  "name": "a",\r\n  "stages": { "grow": { "uses": "harvest", }, }, /* '
      + 'all */\r\n}\r\n',
  );
  const { stages } = loadPipeline(file);
  expect(stages[0].location).toEqual({ file, line: 4, column: 15, length: 6 });
});

test('a file that is missing, a folder or not UTF-8 is named', () => {
  const load = (file: string) => complaintOf(() => loadPipeline(file), project.folder);
  expect(load(`${project.folder}/none.json5`).message).toMatch(/pipeline file .*none\.json5 does not exist/);
  expect(load(project.folder).message).toMatch(/is a folder/);
  expect(load(project.write('pipelines/latin.json5', Uint8Array.of(0x7b, 0xe9, 0x7d))).message).toMatch(
    /is not UTF-8 text/,
  );
});
