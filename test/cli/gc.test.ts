import { describe, expect, test } from '@jest/globals';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { filesBelow } from '../support/files.ts';
import { finishedProject } from '../support/finished-project.ts';
import type { TestProject } from '../support/project.ts';

const finished = finishedProject();
const runsOf = (project: TestProject) => readdirSync(path.join(project.folder, 'runs/records'));
const sizeOf = (project: TestProject) =>
  filesBelow(path.join(project.folder, 'runs')).reduce((sum, { bytes }) => sum + bytes, 0);

interface Shown {
  bytes: number;
  removed: boolean;
  holders: { name: string; because: string }[];
  remove: { kind: string; bytes: number; because: string }[];
  keep: { kind: string; keptBy: string[] }[];
}

describe('gc', () => {
  test('says what it would remove and what keeps the rest, and removes just that once told to', async () => {
    const project = finished.copy();
    const [first] = runsOf(project);
    expect((await project.run(['arithmetic.json5', 'scale.factor=3'])).exitCode).toBe(0);
    const [second] = runsOf(project).filter((id) => id !== first);
    const before = sizeOf(project);

    const dry = await project.run(['gc', '--older-than', '0']);
    expect(dry.exitCode).toBe(0);
    expect(dry.stdout).toMatch(new RegExp(`^${second} .* shows the results of arithmetic$`, 'm'));
    expect(dry.stdout).toMatch(/^runs +1 .* older than 0 days$/m);
    expect(dry.stdout).toMatch(/^artifacts +2 .* no run that is kept needs it$/m);
    expect(dry.stderr).toMatch(/^To remove: .* With --yes they are removed\.$/m);
    expect(sizeOf(project)).toBe(before);

    const done = JSON.parse((await project.run(['gc', '--older-than', '0', '--yes', '--json'])).stdout) as Shown;
    expect(done.removed).toBe(true);
    expect(before - sizeOf(project)).toBe(done.bytes);
    // The source is what both runs were made of.
    expect(done.keep.filter(({ kind }) => kind === 'artifact').map(({ keptBy }) => keptBy)).toEqual(
      Array(3).fill([second]),
    );
    // Its record is gone; the log and figures of the stage that the other run took over are not.
    expect(readdirSync(path.join(project.folder, 'runs/records', first), { recursive: true })).toEqual([
      'stages',
      path.join('stages', 'source.log'),
      path.join('stages', 'source.metrics.jsonl'),
    ]);
    expect((await project.run(['logs', 'source', second])).exitCode).toBe(0);
    expect(await project.run(['arithmetic.json5', 'scale.factor=3'])).toMatchObject({ exitCode: 0, executed: [] });
    expect((await project.run(['verify'])).exitCode).toBe(0);
    expect((await project.run(['gc'])).stderr).toBe('Nothing to remove.\n');
  });

  test('refuses a size that is none', async () => {
    expect(await finished.copy().run(['gc', '--max-size', 'much'])).toMatchObject({
      exitCode: 2,
      stderr: 'error: --max-size must be a size, found "much"\nhint: Write bytes, or 500MB, 20GB, 1TiB.\n',
    });
  });
});
