import { describe, expect, test } from '@jest/globals';
import { readdirSync, renameSync } from 'node:fs';
import path from 'node:path';
import { checkedJson } from '../../src/disk/checked-json.ts';
import type { KeyFields } from '../../src/runner/key/key.ts';
import { keyOf } from '../../src/runner/key/key.ts';
import type { KeyRecord, RunRecord } from '../../src/runner/records.ts';
import { finishedProject } from '../support/finished-project.ts';
import type { TestProject } from '../support/project.ts';

const finished = finishedProject();

/** A copy in which every record of a kind was rewritten. */
function withRecords(
  kinds: readonly ('run' | 'key')[],
  change: (record: { format?: unknown }) => unknown,
): TestProject {
  const project = finished.copy();
  for (const file of kinds.flatMap((kind) => filesOf(kind, project))) {
    const { check: _, ...record } = JSON.parse(project.read(file)) as { format?: unknown; check: string };
    project.write({ [file]: checkedJson(change(record) as object) });
  }
  return project;
}

function filesOf(kind: 'run' | 'key', { folder }: TestProject): string[] {
  const root = kind === 'run' ? 'runs/records' : 'runs/store/keys';
  return readdirSync(path.join(folder, root), { recursive: true, encoding: 'utf8' })
    .filter((name) => (kind === 'run' ? name.endsWith('run.json') : name.endsWith('.json')))
    .map((name) => `${root}/${name}`);
}

const linesOf = (text: string) => text.split('\n').filter((line) => line !== '');

describe('records of another format', () => {
  test('of runs and of keys are told in one warning, with what runs again, and are replaced by running', async () => {
    const project = withRecords(['run', 'key'], (record) => ({ ...record, format: 7 }));
    const plan = await project.run(['plan', 'arithmetic.json5']);
    expect(linesOf(plan.stderr)).toEqual([
      'warning: another version of shrinknas left 1 run record of format 7, where this version reads format 2; '
        + '1 key record of format 7, where this version reads format 2: source, scale, total would run again',
    ]);
    expect(plan).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/^source +run .* record: format 7 → format 2$/m),
    });
    const why = await project.run(['why', 'arithmetic.json5', 'source']);
    expect(why.stdout).toMatch(/^source {2}run {2}record: format 7 → format 2$/m);
    expect(linesOf(why.stderr)).toEqual([expect.stringContaining('3 key records of format 7')]);

    const run = await project.run(['arithmetic.json5']);
    expect(run).toMatchObject({ exitCode: 0, executed: ['source', 'scale', 'total'] });
    expect(run.stderr.match(/warning/g)).toHaveLength(1);
    expect((await project.run(['arithmetic.json5'])).stderr).toBe('Nothing to run: all 3 stages are fresh.\n');
  });

  test('of runs alone leave their results to be restored', async () => {
    const project = withRecords(['run'], (record) => ({ ...record, format: 7 }));
    const run = await project.run(['arithmetic.json5']);
    expect(run).toMatchObject({ exitCode: 0, executed: [] });
    expect(run.stderr).toContain(
      'left 1 run record of format 7, where this version reads format 2: no stage has to run again for that',
    );
    expect(run.stderr).toContain('3 stages restored');
  });

  test('are left out of what commands show, and named when asked for', async () => {
    const project = withRecords(['run'], (record) => ({ ...record, format: 'new' }));
    const [file] = filesOf('run', project);
    const id = path.basename(path.dirname(file));
    expect(await project.run(['runs'])).toMatchObject({
      exitCode: 0,
      stderr: expect.stringContaining('left 1 run record of format "new"'),
    });
    for (const word of ['latest', id, id.slice(0, -2)]) {
      expect(await project.run(['show', word])).toMatchObject({
        exitCode: 2,
        stderr: expect.stringContaining(
          `the record of run '${id}' has format "new", and this version of shrinknas reads format 2`,
        ),
      });
    }
    await project.run(['arithmetic.json5', 'scale.factor=5']);
    expect((await project.run(['show', 'latest'])).exitCode).toBe(0);
  });

  test.each(['null', '[]', '7', '{"format":2', '{"format":2}'])(
    'that are none at all (%s) are as good as not there, and named',
    async (text) => {
      const project = withRecords([], () => undefined);
      const files = [...filesOf('run', project), ...filesOf('key', project)];
      for (const file of files) project.write({ [file]: text });
      const run = await project.run(['arithmetic.json5']);
      expect(run).toMatchObject({ exitCode: 0, executed: ['source', 'scale', 'total'] });
      const named = run.stderr.match(/^warning: \S+ is damaged, and counts as missing$/gm) ?? [];
      expect(named).toHaveLength(new Set(named).size);
      expect(named.length).toBeGreaterThan(1);
    },
  );

  test('in which a word or a number is another one are as good as not there, and named', async () => {
    const project = withRecords([], () => undefined);
    const [run] = filesOf('run', project);
    const keys = filesOf('key', project);
    const change = (file: string, from: RegExp, to: string) => {
      const text = project.read(file);
      expect(text).toMatch(from);
      project.write({ [file]: text.replace(from, to) });
    };
    change(run, /"succeeded"/, '"succeedee"');
    keys.forEach((file) => change(file, /"digest"/, '"digeqt"'));
    const shown = await project.run(['runs']);
    expect(shown).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('run.json is damaged') });
    const plan = await project.run(['plan', 'arithmetic.json5']);
    expect(plan).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('3 of 3 stages to run') });
    const again = await project.run(['arithmetic.json5']);
    expect(again).toMatchObject({ exitCode: 0, executed: ['source', 'scale', 'total'] });
    expect((await project.run(['arithmetic.json5'])).stderr).toMatch(/Nothing to run: all 3 stages are fresh/);
  });
});

/** The fields of another format, and their key. */
function ofFormat(format: number, fields: KeyFields): { fields: KeyFields; key: string } {
  const changed = { ...fields, format } as unknown as KeyFields;
  return { fields: changed, key: keyOf(changed) };
}

test('a change of the format of keys is the reason in plan and why, and one warning', async () => {
  const project = withRecords(['run'], (record) => {
    const run = record as unknown as RunRecord;
    return { ...run, stages: run.stages.map((stage) => ({ ...stage, ...ofFormat(0, stage.fields!) })) };
  });
  for (const file of filesOf('key', project)) {
    const { check: _, ...record } = JSON.parse(project.read(file)) as KeyRecord & { check: string };
    const { fields, key } = ofFormat(0, record.fields);
    const place = `runs/store/keys/${key.slice(0, 2)}/${key}.json`;
    project.write({ [place]: '' });
    renameSync(path.join(project.folder, file), path.join(project.folder, place));
    project.write({ [place]: checkedJson({ ...record, fields, key }) });
  }
  const plan = await project.run(['plan', 'arithmetic.json5']);
  expect(linesOf(plan.stderr)).toEqual([
    'warning: another version of shrinknas left keys of format 0, where this version makes format 1: source, '
      + 'scale, total would run again',
  ]);
  expect(plan.stdout).toMatch(/^source +run .* format of keys: 0 → 1$/m);
  const why = await project.run(['why', 'arithmetic.json5', 'source']);
  expect(why.stdout).toMatch(/Since its last run, .*:\n {4}format: 0 → 1\n/);
  expect(why.stdout).toMatch(/nearest other result .*\n {4}format: 0 → 1\n/);
  expect((await project.run(['arithmetic.json5'])).executed).toEqual(['source', 'scale', 'total']);
});

test('caches of another format are made anew, and nothing is run for that', async () => {
  const project = withRecords([], () => undefined);
  for (const name of ['code', 'stat'])
    project.write({ [`runs/cache/${name}.json`]: '{"format":99,"bundler":7,"entries":[]}' });
  expect((await project.run(['arithmetic.json5'])).stderr).toBe('Nothing to run: all 3 stages are fresh.\n');
  for (const name of ['code', 'stat'])
    expect(JSON.parse(project.read(`runs/cache/${name}.json`))).not.toMatchObject({ format: 99 });
});
