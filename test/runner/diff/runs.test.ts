import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { diffRuns, isSame } from '../../../src/runner/diff/runs.ts';
import type { ArtifactFolders } from '../../../src/runner/diff/outputs.ts';
import type { OutputRecord, RunRecord, RunStage } from '../../../src/runner/records.ts';
import type { Digest } from '../../../src/runner/types.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'diff-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Artifact folders by digest; an artifact is there when its folder was made. */
const gone = new Set<string>();
const store: ArtifactFolders = {
  verifyArtifact: (digest) => !gone.has(digest),
  artifactFolder: (digest) => path.join(folder, digest),
};

function artifact(digest: string, files: Record<string, string | Buffer>): OutputRecord {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, digest, name)), { recursive: true });
    writeFileSync(path.join(folder, digest, name), content);
  }
  return { artifact: 'score', digest: digest as Digest, bytes: 0 };
}

function stage(id: string, given: Omit<Partial<RunStage>, 'fields'> & { fields?: object } = {}): RunStage {
  const { fields, ...rest } = given;
  return {
    id,
    stage: id,
    type: 'toy',
    outcome: 'ran',
    outputs: {},
    codeFiles: { 'stages/toy.ts': 'c1' as Digest },
    seconds: 1,
    ...rest,
    fields: {
      format: 1,
      type: 'toy',
      code: 'code1' as Digest,
      packages: {},
      params: {},
      inputs: {},
      ...fields,
    } as RunStage['fields'],
  };
}

function run(stages: RunStage[], given: Partial<RunRecord> = {}): RunRecord {
  return {
    id: 'toy-20300101-000000-0001',
    pipeline: 'toy',
    file: 'toy.json5',
    seed: 1,
    params: {},
    overrides: [],
    started: '2030-01-01T00:00:00Z',
    finished: '2030-01-01T00:01:00Z',
    status: 'succeeded',
    git: null,
    versions: { shrinknas: '1', node: '20' },
    host: { name: 'a', platform: 'linux', cpu: 'x', cores: 2 },
    stages,
    ...given,
  };
}

describe('comparing two runs', () => {
  test('times, hosts, commits and whether a result was restored are no differences', () => {
    const before = run([stage('a')]);
    const after = run([stage('a', { outcome: 'restored', seconds: 9 })], {
      id: 'toy-20300202-000000-0002',
      started: '2030-02-02T00:00:00Z',
      host: { name: 'b', platform: 'darwin', cpu: 'y', cores: 8 },
      git: { commit: 'abc', dirty: true },
      versions: { shrinknas: '2', node: '22' },
    });
    const diff = diffRuns(before, after, store);
    expect(isSame(diff)).toBe(true);
    expect(diff).toMatchObject({ before: { id: before.id }, after: { id: after.id }, pipeline: [], stages: [] });
  });

  test('parameters, overrides and the seed of the pipeline are compared', () => {
    const before = run([], { params: { budget: 3, keep: 1 }, overrides: [] });
    const after = run([], { params: { budget: 2, keep: 1 }, overrides: ['budget=2'], seed: 7 });
    expect(diffRuns(before, after, store).pipeline).toEqual([
      { field: 'seed', before: 1, after: 7 },
      { field: 'params.budget', before: 3, after: 2 },
      { field: 'overrides', before: [], after: ['budget=2'] },
    ]);
  });

  test('a stage that one of them was not asked for is not compared; one that it lacks otherwise was added or removed', () => {
    const all = run([stage('a'), stage('b')]);
    expect(isSame(diffRuns(all, run([stage('b')], { partial: true }), store))).toBe(true);
    expect(isSame(diffRuns(run([stage('b')], { partial: true }), all, store))).toBe(true);
    expect(diffRuns(all, run([stage('b')]), store).stages).toEqual([{ id: 'a', change: 'removed', type: 'toy' }]);
  });

  test('a stage names the parameters, code files, packages and the engine that differ', () => {
    const before = stage('train', {
      fields: { params: { lr: 0.1, steps: 5 }, packages: { ajv: '8.0.0' }, engine: { name: 'native', version: '1' } },
      codeFiles: { 'a.ts': 'x' as Digest, 'b.ts': 'y' as Digest },
    });
    const after = stage('train', {
      fields: {
        code: 'code2',
        params: { lr: 0.2, steps: 5 },
        packages: { ajv: '8.1.0' },
        engine: { name: 'wasm', version: '1' },
      },
      codeFiles: { 'a.ts': 'x' as Digest, 'b.ts': 'z' as Digest },
    });
    const [changed] = diffRuns(run([before]), run([after]), store).stages;
    expect(changed).toMatchObject({ id: 'train', change: 'changed' });
    expect(changed.change === 'changed' && changed.causes.map(({ field }) => field).sort()).toEqual([
      'code b.ts',
      'engine.name',
      'packages.ajv',
      'params.lr',
    ]);
  });

  test('a code file that differs only where the stage does not reach is no difference', () => {
    const diff = diffRuns(
      run([stage('a')]),
      run([stage('a', { codeFiles: { 'stages/toy.ts': 'c2' as Digest } })]),
      store,
    );
    expect(isSame(diff)).toBe(true);
  });

  test('a seed that follows the run’s is said once, for the run', () => {
    const seeded = (value: number) => run([stage('a', { fields: { seed: { value, stream: 'a' } } })], { seed: value });
    const diff = diffRuns(seeded(1), seeded(2), store);
    expect(diff.pipeline).toEqual([{ field: 'seed', before: 1, after: 2 }]);
    expect(diff.stages).toEqual([]);
  });

  test('an input that the same stage made is an effect, and one from another stage a cause', () => {
    const made = (corpus: string, other: string, fed: string) =>
      run([
        stage('corpus', { outputs: { out: artifact(corpus, { 'score.json': '{}' }) } }),
        stage('other', { outputs: { out: artifact(other, { 'score.json': '{}' }) } }),
        stage('train', { fields: { inputs: { text: fed } } }),
      ]);
    const inherited = diffRuns(made('c1', 'o1', 'c1'), made('c2', 'o1', 'c2'), store);
    expect(inherited.stages.find(({ id }) => id === 'train')).toMatchObject({
      causes: [],
      inheritedInputs: [{ slot: 'text', from: 'corpus' }],
    });
    const rewired = diffRuns(made('c1', 'o1', 'c1'), made('c1', 'o1', 'o1'), store);
    expect(rewired.stages).toMatchObject([
      { id: 'train', causes: [{ field: 'inputs.text', before: 'c1', after: 'o1' }], inheritedInputs: [] },
    ]);
  });

  test('stages that came or went are named, in the order of the later run', () => {
    const diff = diffRuns(run([stage('old'), stage('kept')]), run([stage('new'), stage('kept')]), store);
    expect(diff.stages).toEqual([
      { id: 'new', change: 'added', type: 'toy' },
      { id: 'old', change: 'removed', type: 'toy' },
    ]);
  });

  test('a stage that failed lacks its outputs for that reason alone', () => {
    const before = run([stage('a', { outputs: { out: artifact('done', { 'score.json': '{}' }) } })]);
    const [changed] = diffRuns(before, run([stage('a', { outcome: 'failed' })]), store).stages;
    expect(changed).toMatchObject({ outcome: { before: 'done', after: 'failed' }, outputs: [] });
  });

  test('outputs are compared inside: the document by structure, the other files byte by byte', () => {
    const block = Buffer.alloc(1_200_000, 7);
    const changedAtTheEnd = Buffer.from(block);
    changedAtTheEnd[block.length - 1] = 8;
    const before = artifact('d1', {
      'score.json': '{"bleu": 31, "same": [1]}',
      'weights.bin': block,
      'same.bin': block,
      'sub/gone.txt': 'x',
    });
    const after = artifact('d2', {
      'score.json': '{"same": [1], "bleu": 33}',
      'weights.bin': changedAtTheEnd,
      'same.bin': block,
      'new.txt': 'xy',
    });
    const [changed] = diffRuns(
      run([stage('a', { outputs: { out: before } })]),
      run([stage('a', { outputs: { out: after } })]),
      store,
    ).stages;
    expect(changed).toMatchObject({
      outputs: [
        {
          output: 'out',
          change: 'changed',
          artifact: 'score',
          document: [{ path: 'bleu', kind: 'changed', before: 31, after: 33, change: 2 }],
          files: [
            { path: 'new.txt', kind: 'added', bytesAfter: 2 },
            { path: 'sub/gone.txt', kind: 'removed', bytesBefore: 1 },
            { path: 'weights.bin', kind: 'changed', bytesBefore: 1_200_000, bytesAfter: 1_200_000 },
          ],
        },
      ],
    });
  });

  test('content that is gone from the store is said to differ, not compared', () => {
    const [before, after] = [artifact('g1', { 'score.json': '{}' }), artifact('g2', { 'score.json': '{}' })];
    gone.add('g1');
    const [changed] = diffRuns(
      run([stage('a', { outputs: { out: before } })]),
      run([stage('a', { outputs: { out: after } })]),
      store,
    ).stages;
    expect(changed).toMatchObject({ outputs: [{ output: 'out', change: 'unavailable', missing: 'before' }] });
  });
});
