import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { arithmeticProject } from '../support/arithmetic.ts';
import { makeProject } from '../support/project.ts';
import type { TestProject } from '../support/project.ts';

let project: TestProject;
beforeEach(() => {
  project = makeProject(arithmeticProject());
});
afterEach(() => project.remove());

test('names that nothing has are told as such', async () => {
  expect((await project.run(['runs', '--pipeline', 'nix'])).stderr).toBe('No run of a pipeline "nix" is recorded.\n');
  const { stderr } = await project.run(['schema']);
  expect(stderr).toContain('there is no schema "pipeline" in schemas');
  expect(stderr).not.toContain('did you mean "pipeline"?');
});
