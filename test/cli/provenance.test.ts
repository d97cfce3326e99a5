import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { readlinkSync } from 'node:fs';
import path from 'node:path';
import { arithmeticProject } from '../support/arithmetic.ts';
import { makeProject } from '../support/project.ts';
import type { TestProject } from '../support/project.ts';

let project: TestProject;
beforeEach(() => {
  project = makeProject(arithmeticProject());
});
afterEach(() => project.remove());

test('an artifact keeps its provenance when its stage, executed again, makes another one under the same key', async () => {
  project.write({ 'stages/source.ts': project.read('stages/source.ts').replace('i + 1)', 'i + Math.random())') });
  const made = () => path.basename(readlinkSync(path.join(project.folder, 'runs/latest/arithmetic/source/numbers')));
  await project.run(['arithmetic.json5', 'source']);
  const first = made();
  await project.run(['arithmetic.json5', 'source', '--force', 'source']);
  const second = made();
  expect(second).not.toBe(first);
  for (const digest of [first, second]) {
    const { exitCode, stdout } = await project.run(['show', digest]);
    expect({ exitCode, stdout }).toEqual({
      exitCode: 0,
      stdout: expect.stringMatching(/^took .* of processors, .* of memory/m),
    });
    expect(stdout).toContain(digest);
  }
}, 30_000);
