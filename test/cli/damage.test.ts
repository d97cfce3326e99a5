/** What the runner keeps for itself, damaged with all times as they were: never another result, never a stack. */
import { describe, expect, test } from '@jest/globals';
import {
  chmodSync,
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
import { checkedJson } from '../../src/disk/checked-json.ts';
import { removeTree } from '../../src/disk/files.ts';
import { filesBelow } from '../support/files.ts';
import { finishedProject } from '../support/finished-project.ts';
import type { TestProject } from '../support/project.ts';

const finished = finishedProject();
function damagedCopy(files: (name: string) => boolean, damage: (file: string) => void): TestProject {
  const project = finished.copy();
  const all = readdirSync(path.join(project.folder, 'runs'), { recursive: true, encoding: 'utf8' });
  // What is latest are links to what stands elsewhere.
  const names = all.filter((name) => !name.startsWith('latest'));
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

describe('bytes of an artifact that rotted', () => {
  /** Changes a file of an artifact, and has the cache believe that nothing did: disks do not touch times. */
  async function rotten(isMeant: (file: string) => boolean, change: (text: string) => string): Promise<TestProject> {
    const project = damagedCopy(isMeant, (file) => {
      const text = readFileSync(file, 'utf8');
      expect(change(text)).not.toBe(text);
      chmodSync(file, 0o644);
      writeFileSync(file, change(text));
    });
    await project.run(['plan', 'arithmetic.json5']);
    const { check: _, ...cache } = JSON.parse(project.read('runs/cache/stat.json')) as {
      check: string;
      entries: Record<string, [signature: string, digest: string]>;
    };
    for (const [name, entry] of Object.entries(cache.entries))
      if (/objects\/../.test(name)) entry[1] = path.basename(name);
    project.write({ 'runs/cache/stat.json': checkedJson(cache) });
    return project;
  }
  const rottenNumbers = () =>
    rotten(
      (file) => file.endsWith('/numbers.json') && readFileSync(file, 'utf8').includes('[2,4,6]'),
      (text) => text.replace('6', '7'),
    );

  test('are no result for a stage that reads them: it fails with what to do, and the next run heals', async () => {
    const project = await rottenNumbers();
    const read = ['arithmetic.json5', '--force', 'total'];
    expect(await project.run(read)).toMatchObject({
      exitCode: 1,
      executed: [],
      stderr: expect.stringMatching(/input 'numbers' is damaged on the disk: .*; run again, and scale makes it anew/),
    });
    expect(await project.run(read)).toMatchObject({ exitCode: 0, executed: ['scale', 'total'] });
    expect(sumOf(project)).toMatchObject({ total: 12 });
    expect((await project.run(['verify'])).exitCode).toBe(0);
  });

  test('are found by verify and made anew by its --repair, marked by show, and not compared by diff', async () => {
    const project = await rottenNumbers();
    expect((await project.run(['arithmetic.json5'])).stderr).toBe('Nothing to run: all 3 stages are fresh.\n');
    const found = await project.run(['verify']);
    expect(found.exitCode).toBe(1);
    expect(found.stderr).toMatch(/^damaged +[0-9a-f]{12} +numbers +arithmetic, stage scale, output numbers/m);
    expect(found.stderr).toContain('3 artifacts read: 1 missing or damaged');
    const { damaged } = JSON.parse((await project.run(['verify', 'latest', '--json'])).stdout) as {
      damaged: { digest: string; stage: string }[];
    };
    expect(damaged).toEqual([expect.objectContaining({ stage: 'scale', artifact: 'numbers' })]);
    expect((await project.run(['show', damaged[0].digest])).stdout).toContain('(missing or damaged)');
    const compared = JSON.parse(
      (await project.run(['diff', 'latest/source', 'latest/scale', '--json'])).stdout,
    ) as object;
    expect(JSON.stringify(compared)).toContain('"change":"unavailable"');
    const repaired = await project.run(['verify', '--repair']);
    expect(repaired).toMatchObject({ exitCode: 0, executed: ['scale'] });
    expect(await project.run(['verify'])).toMatchObject({
      exitCode: 0,
      stderr: '3 artifacts read: all are as they were made\n',
    });
    expect(sumOf(project)).toMatchObject({ total: 12 });
  });

  test('in the document that sums up a result are not printed', async () => {
    const project = await rotten(
      (file) => file.endsWith('/sum.json'),
      (text) => text.replaceAll('12', '92'),
    );
    for (const words of [['arithmetic.json5'], ['show', 'latest']]) {
      const { stdout } = await project.run(words);
      expect(stdout).not.toContain('TOTAL = 92');
      expect(stdout).toContain('(missing or damaged: npm run pipeline verify)');
    }
  });
});

test('something else than a link among the latest results is set aside', async () => {
  const project = finished.copy();
  const link = path.join(project.folder, 'runs/latest/arithmetic/total/sum');
  rmSync(link);
  mkdirSync(link);
  writeFileSync(path.join(link, 'note.txt'), 'mine');
  expect((await project.run(['arithmetic.json5', 'scale.factor=5'])).exitCode).toBe(0);
  expect(lstatSync(link).isSymbolicLink()).toBe(true);
  expect(sumOf(project)).toMatchObject({ total: 30 });
  expect(project.read('runs/latest/arithmetic/total/damaged-sum/note.txt')).toBe('mine');
});

test('cache/, manifests and saved progress may be removed, at the cost of time only; without the rest all is made again', async () => {
  const project = finished.copy();
  const inRuns = (name: string) => path.join(project.folder, 'runs', name);
  for (const name of ['cache', 'store/manifests', 'store/progress']) rmSync(inRuns(name), { recursive: true });
  const words = ['arithmetic.json5', 'scale.factor=5'];
  expect(await project.run(words)).toMatchObject({ exitCode: 0, executed: ['scale', 'total'] });
  expect((await project.run(['show', 'latest'])).stdout).toContain('TOTAL = 30');
  // Of the source, which was not made again, it is there again.
  expect(filesBelow(inRuns('store/manifests'))).toHaveLength(3);
  removeTree(inRuns(''));
  expect(await project.run(words)).toMatchObject({ exitCode: 0, executed: ['source', 'scale', 'total'] });
});
