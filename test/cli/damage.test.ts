/** What the runner keeps for itself, damaged with all times as they were: never another result, never a stack. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { arithmeticProject } from '../support/arithmetic.ts';
import { makeProject, type TestProject } from '../support/project.ts';

let finished: TestProject;
beforeAll(async () => {
  finished = makeProject(arithmeticProject());
  expect((await finished.run(['arithmetic.json5'])).exitCode).toBe(0);
});
afterAll(() => finished.remove());

const opened: TestProject[] = [];
afterEach(() => opened.splice(0).forEach((project) => project.remove()));
function damagedCopy(files: (name: string) => boolean, damage: (file: string) => void): TestProject {
  const project = finished.copy();
  opened.push(project);
  const names = readdirSync(path.join(project.folder, 'runs'), { recursive: true, encoding: 'utf8' });
  const found = names
    .map((name) => path.join(project.folder, 'runs', name))
    .filter((file) => files(file) && statSync(file).isFile());
  expect(found.length).toBeGreaterThan(0);
  for (const file of found) {
    const { atime, mtime } = statSync(file);
    damage(file);
    utimesSync(file, atime, mtime);
  }
  return project;
}

const damages: [string, (file: string) => void][] = [
  [
    'a flipped bit',
    (file) => {
      const bytes = readFileSync(file);
      bytes[bytes.length >> 1] ^= 1;
      writeFileSync(file, bytes);
    },
  ],
  ['the second half lost', (file) => truncateSync(file, statSync(file).size >> 1)],
  ['nothing left', (file) => truncateSync(file)],
  [
    'a folder in its place',
    (file) => {
      rmSync(file);
      mkdirSync(file);
    },
  ],
  ['null in its place', (file) => writeFileSync(file, 'null')],
  ['an empty object in its place', (file) => writeFileSync(file, '{}')],
];

const sumOf = (project: TestProject) => JSON.parse(project.read('runs/latest/arithmetic/total/sum/sum.json')) as object;

describe.each(damages)('%s', (_, damage) => {
  test('of code as it is executed, and of caches: the next run makes them anew, and the right result', async () => {
    const project = damagedCopy((file) => /\.mjs$|cache\/\w+\.json$/.test(file), damage);
    const run = await project.run(['arithmetic.json5', 'scale.factor=5']);
    expect(run).toMatchObject({ exitCode: 0, executed: ['scale', 'total'] });
    expect(run.stderr).not.toMatch(/ at .*:\d+:\d+/);
    expect(sumOf(project)).toMatchObject({ total: 30 });
  });

  test('of records, of runs and of keys: they count as missing, by name', async () => {
    const project = damagedCopy((file) => /\/(run|[0-9a-f]{64})\.json$/.test(file), damage);
    for (const words of [['plan', 'arithmetic.json5'], ['runs'], ['why', 'arithmetic.json5', 'scale']]) {
      const { exitCode, stderr } = await project.run(words);
      expect({ words, exitCode }).toEqual({ words, exitCode: 0 });
      expect(stderr).toMatch(/^warning: \S+\.json is damaged, and counts as missing$/m);
    }
    const run = await project.run(['arithmetic.json5']);
    expect(run).toMatchObject({ exitCode: 0, executed: ['source', 'scale', 'total'] });
    expect(sumOf(project)).toMatchObject({ total: 12 });
  });
});

test('something else than a link among the latest results is set aside', async () => {
  const project = finished.copy();
  opened.push(project);
  const link = path.join(project.folder, 'runs/latest/arithmetic/total/sum');
  rmSync(link);
  mkdirSync(link);
  writeFileSync(path.join(link, 'note.txt'), 'mine');
  expect((await project.run(['arithmetic.json5', 'scale.factor=5'])).exitCode).toBe(0);
  expect(lstatSync(link).isSymbolicLink()).toBe(true);
  expect(sumOf(project)).toMatchObject({ total: 30 });
  expect(project.read('runs/latest/arithmetic/total/damaged-sum/note.txt')).toBe('mine');
});
