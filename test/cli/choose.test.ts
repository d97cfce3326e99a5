import { afterAll, expect, test } from '@jest/globals';
import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { killTree } from '../support/kill-tree.ts';
import { makeProject, type TestProject } from '../support/project.ts';

/** Real candidates, trained by real parts of the real command line, in a project that has only a pipeline. */
const pipeline = `{
  "name": "choosing",
  "stages": {
    "corpus": { "uses": "fetch", "with": { "embedded": "typescript" } },
    "preprocess": { "uses": "preprocess", "in": { "raw": "corpus" }, "with": { "merges": 300 } },
    "choose": {
      "uses": "choose",
      "in": { "corpus": "preprocess" },
      "with": {
        "pool": 4,
        "rungs": [{ "updates": 2, "keep": 2 }, { "updates": 5, "keep": 1 }],
        "maxTokens": 256, "warmup": 2, "validationTokens": 40,
        "space": { "widths": [8, 16], "encoderLayers": 1, "decoderLayers": [1, 2], "spans": [1] },
      },
    },
  },
}`;

const projects: TestProject[] = [];
afterAll(() => projects.forEach((project) => project.remove()));
function open(): TestProject {
  const project = makeProject({ 'choosing.json5': pipeline, 'stages/.keep': '', 'schemas/.keep': '' });
  projects.push(project);
  return project;
}

/** All files that a stage left, by name. */
function results(project: TestProject): Record<string, string> {
  const folder = path.join(project.folder, 'runs/latest/choosing/choose');
  return Object.fromEntries(
    readdirSync(folder).flatMap((output) => {
      const artifact = realpathSync(path.join(folder, output));
      return readdirSync(artifact)
        .sort()
        .map((file) => [`${output}/${file}`, readFileSync(path.join(artifact, file)).toString('base64')]);
    }),
  );
}

/** Trainings that have come to their end, of the stage that is at work. */
function done(project: TestProject): string[] {
  const progress = path.join(project.folder, 'runs/store/progress');
  if (!existsSync(progress)) return [];
  return readdirSync(progress).flatMap((key) => {
    const parts = path.join(progress, key, 'parts');
    return existsSync(parts) ? readdirSync(parts).filter((name) => !name.includes('.')) : [];
  });
}

test('choosing that is killed in its second rung goes on, trains nothing twice, and comes to the same bytes', async () => {
  const undisturbed = open();
  expect(await undisturbed.run(['choosing.json5', 'stages.choose.resources.cores=1'])).toMatchObject({ exitCode: 0 });

  const project = open();
  const { process: runner, result } = project.start(['choosing.json5']);
  while (done(project).length < 5 && runner.exitCode === null) await sleep(5);
  killTree(runner.pid!);
  await result;
  const kept = done(project);
  expect(kept.length).toBeGreaterThanOrEqual(5);
  const second = await project.run(['choosing.json5']);
  expect(second).toMatchObject({ exitCode: 0 });
  expect(results(project)).toEqual(results(undisturbed));
  const logs = await project.run(['logs', 'choose']);
  // One line of each training that was started again: what was kept was not.
  expect(logs.stdout.match(/engine \w+/g) ?? []).toHaveLength(6 - kept.length);
}, 180_000);
