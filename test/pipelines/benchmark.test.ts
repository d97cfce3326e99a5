import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { cpSync, existsSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { RankingQualityDocument, TrainingsDocument } from '../../schemas/types.ts';
import { killTree } from '../support/kill-tree.ts';
import { makeProject, type TestProject } from '../support/project.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const space = `{ "widths": [16, 32], "encoderLayers": 2, "decoderLayers": [1, 2], "spans": [1, 2] }`;
const training = `{ "maxTokens": 256, "warmup": 2, "validationTokens": 20, "space": ${space} }`;

/** The benchmark with every stage real and as small as it gets. */
const tiny = `{
  "extends": "benchmark.json5",
  "params": { "updates": 12, "training": ${training} },
  "matrix": { "at": [3, 12] },
  "stages": {
    "preprocess": { "with": { "merges": 300 } },
    "pool": { "with": { "count": 6, "from": 4000, "to": 40000, "bins": 2, "named": [{ "name": "design", "genes": "largest" }] } },
    "train": { "with": { "points": 4, "seeds": [1], "split": "valid", "bleu": false, "validationTokens": 200 } },
  },
}`;
const tinyRank = `{
  "extends": "rank.json5",
  "params": { "updates": 4, "half": "all", "training": ${training}, "exploration": { "population": 6 } },
  "matrix": { "arm": ["evolution"], "seed": [1] },
  "stages": {
    "preprocess": { "with": { "merges": 300 } },
    "shrinking": { "stages": { "shrink": { "with": { "validationTokens": 40 } } } },
  },
}`;

let project: TestProject;
beforeAll(() => {
  project = makeProject({ 'pipelines/tiny.json5': tiny, 'pipelines/tiny-rank.json5': tinyRank });
  const pipelines = ['quickstart', 'inherited', 'benchmark', 'rank'].map((name) => `pipelines/${name}.json5`);
  for (const part of ['package.json', 'stages', 'schemas', 'src', ...pipelines])
    cpSync(path.join(root, part), path.join(project.folder, part), { recursive: true });
  symlinkSync(path.join(root, 'node_modules'), path.join(project.folder, 'node_modules'));
}, 60_000);
afterAll(() => project.remove());

const made = 'runs/latest/benchmark/train/trainings/trainings.json';
const timeless = (): TrainingsDocument => {
  const { rows, ...document } = JSON.parse(project.read(made)) as TrainingsDocument;
  return { ...document, rows: rows.map((row) => ({ ...row, seconds: 0 })) };
};
/** Trainings that are kept by the stage at work; folders come and go meanwhile. */
function keptParts(): number {
  const list = (folder: string) => {
    try {
      return readdirSync(folder).map((name) => path.join(folder, name));
    } catch {
      return [];
    }
  };
  const stages = list(path.join(project.folder, 'runs/store/progress'));
  const parts = stages.flatMap((stage) => list(path.join(stage, 'parts')));
  return parts.filter((part) => !part.endsWith('.work')).length;
}

describe('the benchmark, every stage real and tiny', () => {
  let whole: TrainingsDocument;

  test('is killed in the middle of its trainings, and keeps those that are done', async () => {
    const { process: runner, result } = project.start(['pipelines/tiny.json5', 'stages.train.resources.cores=2']);
    while (keptParts() < 2 && runner.exitCode === null) await sleep(50);
    killTree(runner.pid!);
    await result;
    expect(existsSync(path.join(project.folder, made))).toBe(false);
    const kept = keptParts();
    expect(kept).toBeLessThan(7);
    const { exitCode, stdout } = await project.run(['pipelines/tiny.json5', 'stages.train.resources.cores=2']);
    expect({ exitCode, stdout }).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/^rank@at=12\.quality +τ /m),
    });
    whole = timeless();
    expect(whole.rows).toHaveLength(7);
  }, 240_000);

  test('has the same rows, undisturbed and one after the other', async () => {
    const again = await project.run(['pipelines/tiny.json5', 'stages.train.resources.cores=1', '--force', 'train']);
    expect(again).toMatchObject({ exitCode: 0 });
    expect(timeless()).toEqual(whole);
  }, 240_000);

  test('is the data by which supernets are ranked, after each round', async () => {
    const { exitCode, stderr } = await project.run(['pipelines/tiny-rank.json5', `data=${made}`]);
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
    for (const [stage, updates] of [
      ['rank.1', 4],
      ['rank-last', 8],
    ] as const) {
      const file = `runs/latest/rank/${stage}@arm=evolution,seed=1/quality/ranking-quality.json`;
      const { predictor, scatter } = JSON.parse(project.read(file)) as RankingQualityDocument;
      expect(predictor).toMatchObject({ kind: 'supernet', updates });
      expect(scatter).toHaveLength(7);
    }
  }, 240_000);

  test('lets ideas be tried, as the documentation shows', async () => {
    const [, idea] = /```ts\n([^]*?)```/.exec(readFileSync(path.join(root, 'docs/benchmark.md'), 'utf8'))!;
    project.write({ 'idea.ts': idea });
    const program = path.join(project.folder, 'idea.ts');
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['scripts/run.js', program, path.join(project.folder, made)],
      {
        cwd: root,
      },
    );
    expect(stdout).toMatch(/overall: \{ value: -?[\d.]+, low: -?[\d.]+, high: -?[\d.]+ \}/);
    expect(stdout).toMatch(/regret/);
  }, 60_000);
});
