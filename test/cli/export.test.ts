/** What a run tells, for other tools. As an archive: transfer.test.ts. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { arithmeticProject } from '../support/arithmetic.ts';
import { filesBelow } from '../support/files.ts';
import { makeProject } from '../support/project.ts';
import type { CommandResult, TestProject } from '../support/project.ts';
import { readEvents } from '../support/tensorboard.ts';

let project: TestProject;
let run: string;
let exported: CommandResult;

/** A run whose stage tells 300 counts, and one that restores its results from the store. */
beforeAll(async () => {
  project = makeProject({ ...arithmeticProject(), 'go-on': '', 'go-further': '' });
  const settings = ['scale.trouble=told', 'scale.factor=-2'];
  expect(await project.run(['arithmetic.json5', ...settings])).toMatchObject({ exitCode: 0 });
  expect(await project.run(['arithmetic.json5'])).toMatchObject({ exitCode: 0 });
  expect(await project.run(['arithmetic.json5', ...settings])).toMatchObject({ exitCode: 0, executed: [] });
  [run] = readdirSync(path.join(project.folder, 'runs/records')).sort().reverse();
  exported = await project.run(['export', 'latest', '--tensorboard', 'tb', '--csv', 'tables']);
});
afterAll(() => project.remove());

const eventsBelow = (folder: string) => {
  const [name] = readdirSync(path.join(project.folder, folder)).filter((file) =>
    file.startsWith('events.out.tfevents.'),
  );
  return readEvents(readFileSync(path.join(project.folder, folder, name))).events;
};

describe('an export for other tools', () => {
  test('says where it is', () => {
    expect(exported).toMatchObject({ exitCode: 0, stdout: '' });
    expect(exported.stderr).toMatch(
      new RegExp(`^${run} is in tb/${run}: \\d+ files\\.\n${run} is in tables/${run}: \\d+ files\\.\n$`),
    );
  });

  test('has the figures over time of the run that executed a stage, at the time of its start', () => {
    const scalars = eventsBelow(`tb/${run}/scale`).filter(({ value }) => value.kind === 'scalar');
    expect(scalars.map(({ step, value }) => [step, value])).toEqual(
      Array.from({ length: 300 }, (_, i) => [i + 1, { kind: 'scalar', tag: 'count', value: i + 1 }]),
    );
    const made = readdirSync(path.join(project.folder, 'runs/records')).sort()[0];
    const { stages } = JSON.parse(project.read(`runs/records/${made}/run.json`)) as {
      stages: { id: string; attempts: { started: string }[] }[];
    };
    const { attempts } = stages.find(({ id }) => id === 'scale')!;
    expect(scalars[0].time).toBe(Date.parse(attempts[0].started) / 1000);
    expect(project.read(`tables/${run}/metrics/scale.csv`)).toBe(
      ['count', ...Array.from({ length: 300 }, (_, i) => String(i + 1)), ''].join('\r\n'),
    );
  });

  test('has settings as text, and progress of stages that tell nothing else', () => {
    const [{ value }] = eventsBelow(`tb/${run}/scale`);
    expect(value).toMatchObject({ kind: 'text', tag: 'settings', text: expect.stringContaining('"factor": -2') });
    const progress = eventsBelow(`tb/${run}/source`).filter(({ value: { kind } }) => kind === 'scalar');
    expect(progress.map(({ step, value: { tag } }) => [step, tag])).toEqual([[1, 'rate']]);
  });

  test('has each table of the report, numbers as they are', () => {
    const lines = project.read(`tables/${run}/settings.csv`).split('\r\n');
    expect(lines[0]).toBe(`name,${run}`);
    expect(lines).toContain('scale.factor,-2');
    expect(readdirSync(path.join(project.folder, 'tables', run))).toContain('keys-and-artifacts.csv');
  });

  test('is the same, byte for byte, when it is written again, and says with --json what there is', async () => {
    const below = () => filesBelow(path.join(project.folder, 'tb')).map((file) => readFileSync(file.path, 'hex'));
    const before = below();
    const { stdout } = await project.run(['export', run, 'run.tar', '--tensorboard', 'tb', '--json']);
    expect(JSON.parse(stdout)).toEqual({
      run,
      archive: 'run.tar',
      artifacts: 3,
      bytes: expect.any(Number),
      tensorboard: { folder: `tb/${run}`, files: before.length },
    });
    expect(existsSync(path.join(project.folder, 'run.tar'))).toBe(true);
    expect(below()).toEqual(before);
  });

  test.each([
    [
      'of nothing',
      [],
      /^error: export needs an archive, or a folder for one of the other forms\n.*--tensorboard FOLDER/,
    ],
    ['where a file stands', ['--csv', 'arithmetic.json5'], /^error: .*something else stands in its place\n.*--csv/],
  ])('%s is one clear message', async (_, words, message) => {
    const { exitCode, stderr, stdout } = await project.run(['export', 'latest', ...words]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toMatch(message);
  });
});
