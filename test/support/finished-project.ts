import { afterAll, afterEach, beforeAll, expect } from '@jest/globals';
import { arithmeticProject } from './arithmetic.ts';
import { makeProject, type TestProject } from './project.ts';

/** An arithmetic project whose pipeline has run, made once for the tests of a file; they work on copies. */
export function finishedProject(): { copy(): TestProject } {
  let finished: TestProject;
  beforeAll(async () => {
    finished = makeProject(arithmeticProject());
    expect((await finished.run(['arithmetic.json5'])).exitCode).toBe(0);
  });
  afterAll(() => finished.remove());
  const opened: TestProject[] = [];
  afterEach(() => opened.splice(0).forEach((project) => project.remove()));
  return {
    copy() {
      const project = finished.copy();
      opened.push(project);
      return project;
    },
  };
}
