/** A run goes from one project to another as a tar, by the real command line and GNU tar. */
import { afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { checkedJson } from '../../src/disk/checked-json.ts';
import { importRun } from '../../src/runner/transfer/import.ts';
import { openStore } from '../../src/runner/store/store.ts';
import { arithmeticProject } from '../support/arithmetic.ts';
import { filesBelow } from '../support/files.ts';
import { finishedProject } from '../support/finished-project.ts';
import { makeProject } from '../support/project.ts';
import type { TestProject } from '../support/project.ts';

const finished = finishedProject();
const opened: TestProject[] = [];
afterEach(() => opened.splice(0).forEach((project) => project.remove()));

let archive: string;
let run: string;

beforeAll(async () => {
  const project = finished.copy();
  [run] = readdirSync(path.join(project.folder, 'runs/records'));
  const folder = mkdtempSync(path.join(os.tmpdir(), 'shrinknas-archive-'));
  archive = path.join(folder, 'run.tar');
  expect(await project.run(['export', 'arithmetic.json5', archive])).toMatchObject({ exitCode: 0 });
});

/** The same pipeline, never run. */
function elsewhere(): TestProject {
  const project = makeProject(arithmeticProject());
  opened.push(project);
  return project;
}

const sha256 = (file: string) => createHash('sha256').update(readFileSync(file)).digest('hex');

describe('export and import', () => {
  test('bring a run with its results, logs and provenance to another project', async () => {
    const [from, to] = [finished.copy(), elsewhere()];
    expect(await to.run(['import', archive])).toMatchObject({
      exitCode: 0,
      stderr: `${run} is imported: 3 artifacts, 3 of them new.\n`,
    });
    for (const words of [
      ['show', run, '--json'],
      ['logs', 'scale', run],
      ['runs', '--json'],
      ['diff', `${run}/source`, `${run}/scale`, '--json'],
    ])
      expect((await to.run(words)).stdout).toBe((await from.run(words)).stdout);
    expect((await to.run(['verify'])).exitCode).toBe(0);
    // Another folder, the same keys: nothing is executed.
    expect(await to.run(['arithmetic.json5'])).toMatchObject({ exitCode: 0, executed: [] });
    expect((await to.run(['import', archive])).stderr).toBe(`${run} is imported: 3 artifacts, 0 of them new.\n`);
  });

  test('leave alone a result that is there under the same key', async () => {
    const [from, to] = [elsewhere(), elsewhere()];
    const sumsOf: string[] = [];
    for (const project of [from, to]) {
      project.write({ 'stages/source.ts': project.read('stages/source.ts').replace('i + 1)', 'i + Math.random())') });
      expect((await project.run(['arithmetic.json5'])).exitCode).toBe(0);
      sumsOf.push(project.read('runs/latest/arithmetic/total/sum/sum.json'));
    }
    expect(sumsOf[0]).not.toBe(sumsOf[1]);
    const file = path.join(from.folder, 'run.tar');
    expect((await from.run(['export', 'latest', file])).exitCode).toBe(0);
    expect((await to.run(['import', file])).exitCode).toBe(0);
    expect(await to.run(['arithmetic.json5'])).toMatchObject({ exitCode: 0, executed: [] });
    expect(to.read('runs/latest/arithmetic/total/sum/sum.json')).toBe(sumsOf[1]);
  });

  test('write a tar that others read, the same bytes each time, and over nothing', async () => {
    const project = finished.copy();
    const again = path.join(project.folder, 'again.tar');
    expect((await project.run(['export', 'latest', again])).exitCode).toBe(0);
    expect(sha256(again)).toBe(sha256(archive));
    const names = execFileSync('tar', ['-tf', archive], { encoding: 'utf8' }).trim().split('\n');
    expect(names.filter((name) => name.startsWith('artifacts/'))).toHaveLength(3);
    expect(names).toContain(`records/${run}/run.json`);
    expect(await project.run(['export', 'latest', again])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('again.tar is already there'),
    });
  });

  test('refuse to export what is damaged', async () => {
    const project = finished.copy();
    const [{ path: file }] = filesBelow(path.join(project.folder, 'runs/store/objects'));
    rmSync(file, { force: true });
    expect(await project.run(['export', 'latest', 'x.tar'])).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('an artifact of the run is missing or damaged'),
    });
    expect(existsSync(path.join(project.folder, 'x.tar'))).toBe(false);
  });
});

/** Unpacked, changed by someone who knows how archives are made, and packed again. */
function forged(change: (folder: string) => void, { honest = true } = {}): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'shrinknas-forged-'));
  execFileSync('tar', ['-xf', archive, '-C', folder]);
  change(folder);
  if (honest) {
    const members = filesBelow(folder)
      .map(({ path: file, bytes }) => [path.relative(folder, file), bytes, sha256(file)])
      .filter(([name]) => name !== 'manifest.json');
    writeFileSync(path.join(folder, 'manifest.json'), checkedJson({ format: 1, run, members }));
  }
  const file = `${folder}.tar`;
  execFileSync('tar', ['-cf', file, '-C', folder, ...readdirSync(folder)]);
  return file;
}

/** Rewrites a record, with the digest that it then has. */
function edit(file: string, change: (record: Record<string, unknown>) => void): void {
  const { check: _, ...record } = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  change(record);
  writeFileSync(file, checkedJson(record));
}

const firstBelow = (folder: string, below: string) => filesBelow(path.join(folder, below))[0].path;
const recordOf = (folder: string) => path.join(folder, 'records', run, 'run.json');

const forgeries: [string, () => string, RegExp][] = [
  [
    'a tar cut short',
    () => {
      const file = forged(() => undefined);
      truncateSync(file, 4096);
      return file;
    },
    /cut short/,
  ],
  [
    'a byte that the manifest does not know of',
    () => forged((folder) => writeFileSync(firstBelow(folder, 'artifacts'), '{}'), { honest: false }),
    /artifacts\/.*: it is not what the manifest says/,
  ],
  [
    'a manifest that was edited',
    () => forged((folder) => writeFileSync(path.join(folder, 'manifest.json'), '{"format":1}'), { honest: false }),
    /manifest\.json: it is missing or damaged/,
  ],
  [
    'another content under the digest of a result',
    () => forged((folder) => writeFileSync(firstBelow(folder, 'artifacts'), '{"values":[7]}')),
    /its files are not those that its digest names/,
  ],
  [
    'a member that is missing',
    () => forged((folder) => rmSync(firstBelow(folder, 'keys')), { honest: false }),
    /keys\/.*: it is missing/,
  ],
  [
    'a result that is missing',
    () => forged((folder) => rmSync(path.dirname(firstBelow(folder, 'artifacts')), { recursive: true })),
    /artifacts\/.*: it is missing/,
  ],
  [
    'a result that nothing names',
    () =>
      forged((folder) => {
        mkdirSync(path.join(folder, 'artifacts', 'a'.repeat(64)));
        writeFileSync(path.join(folder, 'artifacts', 'a'.repeat(64), 'x.json'), '{}');
      }),
    /nothing else in it names it/,
  ],
  [
    'a member of another kind',
    () => forged((folder) => writeFileSync(path.join(folder, 'install.sh'), 'rm -rf /')),
    /install\.sh: no export has such a member/,
  ],
  [
    'a job to debug, which would be executed',
    () => forged((folder) => writeFileSync(path.join(folder, 'records', run, 'stages', 'scale.job.json'), '{}')),
    /scale\.job\.json: no export has such a member/,
  ],
  [
    'a symbolic link',
    () => forged((folder) => symlinkSync('/etc/passwd', path.join(folder, 'records', run, 'stages', 'x.log'))),
    /it is a symbolic link to "\/etc\/passwd"/,
  ],
  [
    'a name that leads out of the folder',
    () => {
      const folder = path.dirname(archive);
      writeFileSync(path.join(folder, 'out.log'), 'out');
      const file = path.join(folder, 'out.tar');
      execFileSync('tar', ['-cPf', file, '-C', folder, '--transform', 's|^out.log|../../out.log|', 'out.log']);
      return file;
    },
    /its name leads out of the folder/,
  ],
  [
    'a run whose pipeline file lies elsewhere',
    () => forged((folder) => edit(recordOf(folder), (record) => (record.file = '../../other/pipeline.json5'))),
    /run\.json: at \/file: /,
  ],
  [
    'a run with a terminal command in its name',
    () => forged((folder) => edit(recordOf(folder), (record) => (record.pipeline = '\u001b[2J'))),
    /run\.json: at \/pipeline: /,
  ],
  [
    'a stage without outputs',
    () =>
      forged((folder) => edit(recordOf(folder), ({ stages }) => delete (stages as { outputs?: object }[])[0].outputs)),
    /run\.json: at \/stages\/0.*outputs/,
  ],
  [
    'a key that is not that of its fields',
    () =>
      forged((folder) =>
        edit(firstBelow(folder, 'keys'), ({ fields }) => ((fields as { type: string }).type = 'other')),
      ),
    /keys\/.*: it is not the key of what it says/,
  ],
  [
    'the record of another run',
    () =>
      forged((folder) =>
        edit(recordOf(folder), (record) => (record.id = run.replace(/.$/, run.endsWith('0') ? '1' : '0'))),
      ),
    /it is of the run/,
  ],
  [
    'a record of another version',
    () => forged((folder) => edit(recordOf(folder), (record) => (record.format = 99))),
    /run\.json: it has format 99/,
  ],
  [
    'a log of a run that nothing names',
    () =>
      forged((folder) => {
        renameSync(path.join(folder, 'records', run, 'stages'), path.join(folder, 'stages'));
        mkdirSync(path.join(folder, 'records', 'other-20260101-000000-0000'));
        renameSync(path.join(folder, 'stages'), path.join(folder, 'records', 'other-20260101-000000-0000', 'stages'));
      }),
    /it is of a run that nothing else in it names/,
  ],
];

describe('an import refuses, and leaves everything as it was:', () => {
  test.each(forgeries)('%s', async (_, make, message) => {
    const { folder } = elsewhere();
    const file = make();
    await expect(importRun(file, openStore({ project: folder }))).rejects.toMatchObject({
      name: 'Diagnostic',
      message: expect.stringMatching(message),
    });
    expect(existsSync(path.join(folder, 'runs')) ? filesBelow(path.join(folder, 'runs')) : []).toEqual([]);
  });

  test('a result that is not valid by the schema that this project has', async () => {
    const project = elsewhere();
    const schema = JSON.parse(project.read('schemas/artifacts/sum.schema.json')) as { properties: object };
    const strict = { ...schema, properties: { ...schema.properties, total: { type: 'number', maximum: 1 } } };
    project.write({ 'schemas/artifacts/sum.schema.json': JSON.stringify(strict) });
    expect(await project.run(['import', archive])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringMatching(/it is not a valid sum: sum\.json at \/total: must be at most 1/),
    });
  });
});
