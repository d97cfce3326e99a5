import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { JobExecutor } from '../../../src/runner/execute/job.ts';
import { digestPath } from '../../../src/runner/key/content.ts';
import { jsonDifferences } from '../../../src/runner/key/difference.ts';
import { explain } from '../../../src/runner/plan/explain.ts';
import { keyOf } from '../../../src/runner/key/key.ts';
import type { JsonObject } from '../../../src/runner/stage.ts';
import { StatCache } from '../../../src/runner/store/stat-cache.ts';
import type { KeyFields } from '../../../src/runner/key/key.ts';
import { ToyProject } from '../support/toy-project.ts';

let project: ToyProject;

beforeEach(() => {
  project = new ToyProject();
  project.addType('t', 'export default () => 1;\n');
});

afterEach(() => project.remove());

/** Writes the parameters as the output's content. */
const execute: JobExecutor = async ({ params, outputs }) => {
  writeFileSync(path.join(outputs.number.folder, 'number.json'), JSON.stringify(params));
  return { status: 'succeeded', peakMemoryBytes: 1 };
};

/** corpus → train.1 → train.2 → bleu, and report from corpus. */
function pipeline(params: Record<string, JsonObject> = {}) {
  return project.pipeline({
    corpus: { type: 't', params: params.corpus ?? { id: 0 } },
    'train.1': { type: 't', params: params.train ?? { id: 1 }, inputs: { a: 'corpus' } },
    'train.2': { type: 't', params: params.train ?? { id: 2 }, inputs: { a: 'corpus', b: 'train.1' } },
    bleu: { type: 't', params: params.bleu ?? { id: 3 }, inputs: { a: 'train.2' } },
    report: { type: 't', params: params.report ?? { id: 4 }, inputs: { a: 'corpus' } },
  });
}

const kinds = async (...args: Parameters<ToyProject['plan']>) =>
  Object.fromEntries((await project.plan(...args)).stages.map(({ instance, verdict }) => [instance.id, verdict.kind]));

describe('the selection', () => {
  test('of a stage includes what it needs, and of a name with rounds all of these', async () => {
    expect(Object.keys(await kinds(pipeline(), { stages: ['train.1'] }))).toEqual(['corpus', 'train.1']);
    expect(Object.keys(await kinds(pipeline(), { stages: ['train'] }))).toEqual(['corpus', 'train.1', 'train.2']);
  });

  test('of an unknown stage suggests the nearest name, or lists them', async () => {
    await expect(project.plan(pipeline(), { stages: ['trian'] })).rejects.toMatchObject({
      message: "pipeline 'toy' has no stage 'trian'",
      hint: 'did you mean "train"?',
      exitCode: 2,
    });
    await expect(project.plan(pipeline(), { force: ['something'] })).rejects.toMatchObject({
      message: "--force: pipeline 'toy' has no stage 'something'",
      hint: 'its stages: corpus, train, bleu, report',
    });
  });

  test('of a stage to force that is not selected is refused', async () => {
    await expect(project.plan(pipeline(), { stages: ['report'], force: ['bleu'] })).rejects.toThrow(
      "--force: stage 'bleu' is not among the selected stages",
    );
  });

  test('--force makes a cached stage run, --from all that depends on it as well', async () => {
    await project.run(pipeline(), { execute });
    expect(await kinds(pipeline(), { force: ['train.1'] })).toEqual({
      corpus: 'fresh',
      'train.1': 'run',
      'train.2': 'pending',
      bleu: 'pending',
      report: 'fresh',
    });
    expect((await project.run(pipeline(), { execute, force: ['train.1'] })).ran).toEqual(['train.1']);
    expect((await project.run(pipeline(), { execute, from: ['train.2'] })).ran).toEqual(['train.2', 'bleu']);
  });

  test('--only runs a stage alone if its inputs are known, and says which are not', async () => {
    await expect(project.plan(pipeline(), { only: ['bleu'] })).rejects.toThrow(
      "--only: stage 'bleu' needs the outputs of 'train.2', which are not up to date",
    );
    await project.run(pipeline(), { execute });
    const run = await project.run(pipeline({ bleu: { id: 9 } }), { execute, only: ['bleu'] });
    expect(run.record.stages.map(({ id, outcome }) => `${id} ${outcome}`)).toEqual(['bleu ran']);
  });
});

describe('reasons', () => {
  test('name the changed parameters, old and new, and the input that is still to be made', async () => {
    const first = await project.plan(pipeline());
    expect(first.stages[0].verdict).toMatchObject({ kind: 'run', reasons: [{ field: 'record', after: 'first run' }] });
    await project.run(pipeline(), { execute });
    const { stages } = await project.plan(pipeline({ corpus: { id: 0, merges: 7 } }));
    expect(stages[0].verdict).toMatchObject({
      kind: 'run',
      reasons: [{ field: 'params.merges', before: undefined, after: 7 }],
    });
    expect(stages[1].verdict).toMatchObject({
      kind: 'pending',
      after: ['corpus'],
      reasons: [{ field: 'inputs.a', after: undefined }],
    });
    expect(stages[0].estimate).toBeGreaterThanOrEqual(0);
  });

  test('name the source file that changed', async () => {
    await project.run(pipeline(), { execute });
    project.write('stages/t.ts', 'export default () => 2;\n');
    const {
      stages: [{ verdict }],
    } = await project.plan(pipeline());
    expect(verdict).toMatchObject({ kind: 'run', reasons: [{ field: 'code stages/t.ts' }] });
  });

  test('say that a stage is forced', async () => {
    await project.run(pipeline(), { execute });
    const {
      stages: [{ verdict }],
    } = await project.plan(pipeline(), { force: ['corpus'] });
    expect(verdict).toMatchObject({ kind: 'run', reasons: [{ field: 'force', after: true }] });
  });

  test('of an explanation compare with the last run and with the nearest of all known keys', async () => {
    const one = await project.run(pipeline({ report: { id: 4, a: 1, b: 1 } }), { execute });
    const two = await project.run(pipeline({ report: { id: 4, a: 2, b: 2 } }), { execute });
    const [explanation] = await explain(pipeline({ report: { id: 4, a: 1, b: 3 } }), project.store(), 'report');
    expect(explanation.verdict.kind).toBe('run');
    expect(explanation.lastRun).toEqual({
      run: two.record.id,
      differences: [
        { field: 'params.a', before: 2, after: 1 },
        { field: 'params.b', before: 2, after: 3 },
      ],
    });
    expect(explanation.nearest).toMatchObject({
      run: one.record.id,
      stage: 'report',
      differences: [{ field: 'params.b', before: 1, after: 3 }],
    });
  });

  test('are the leaves that differ between two JSON values', () => {
    expect(
      jsonDifferences({ a: { b: [1, 2], c: 0 }, d: [1], e: null }, { a: { b: [1, 3], c: 0 }, d: [1, 2], f: 1 }, 'x'),
    ).toEqual([
      { field: 'x.a.b[1]', before: 2, after: 3 },
      { field: 'x.d', before: [1], after: [1, 2] },
      { field: 'x.e', before: null, after: undefined },
      { field: 'x.f', before: undefined, after: 1 },
    ]);
  });
});

describe('the key', () => {
  test('is the SHA-256 of the canonical JSON of its fields', () => {
    const fields = {
      type: 't',
      format: 1,
      code: 'c',
      packages: {},
      params: { b: 1.0, a: 'x' },
      inputs: {},
    } as unknown as KeyFields;
    const canonical = '{"code":"c","format":1,"inputs":{},"packages":{},"params":{"a":"x","b":1},"type":"t"}';
    expect(keyOf(fields)).toBe(createHash('sha256').update(canonical).digest('hex'));
  });

  test('takes a file by its name and content, wherever it lies', async () => {
    const here = project.write('here.txt', 'text');
    const there = project.write(`there/${path.basename(here)}`, 'text');
    const renamed = project.write('there/other.txt', 'text');
    await project.run(project.pipeline({ s: { type: 't', params: { path: here } } }), { execute });
    expect(await kinds(project.pipeline({ s: { type: 't', params: { path: there } } }))).toEqual({ s: 'fresh' });
    expect(await kinds(project.pipeline({ s: { type: 't', params: { path: renamed } } }))).toEqual({ s: 'run' });
    expect(await kinds(project.pipeline({ s: { type: 't', params: { path: '' } } }))).toEqual({ s: 'run' });
  });

  test('takes a folder by its files, following links', () => {
    project.write('one/a/x', '1');
    project.write('one/y', '2');
    project.write('two/y', '2');
    project.write('elsewhere/x', '1');
    const cache = new StatCache(project.folder);
    const digest = (folder: string) => digestPath(path.join(project.folder, folder), cache);
    expect(digest('one')).not.toBe(digest('two'));
    symlinkSync('../elsewhere', path.join(project.folder, 'two/a'));
    expect(digest('one')).toBe(digest('two'));
    mkdirSync(path.join(project.folder, 'one/loop'));
    symlinkSync('..', path.join(project.folder, 'one/loop/up'));
    expect(digest('one')).toBe(digest('two'));
  });

  test('counts the engine for stages that compute with one, and asks for it only then', async () => {
    let asked = 0;
    const engineIdentity = async () => ({ name: 'native', versions: { training: `${++asked}`, decoding: '0' } });
    await project.run(pipeline(), { execute, engineIdentity });
    expect(asked).toBe(0);
    project.addType('tensor', 'export default () => 3;\n', { engine: 'training' });
    const computing = project.pipeline({ s: { type: 'tensor', params: { value: 1 } } });
    await project.run(computing, { execute, engineIdentity });
    const {
      stages: [{ verdict }],
    } = await project.plan(computing, { engineIdentity });
    expect(verdict).toMatchObject({ kind: 'run', reasons: [{ field: 'engine.version', before: '1', after: '2' }] });
  });

  test('counts the seed for stages that draw random numbers only', async () => {
    project.addType('random', 'export default () => 4;\n', { seeded: true });
    const seeded = (value: number) => {
      const made = project.pipeline({
        plain: { type: 't', params: { id: 1 } },
        random: { type: 'random', params: { id: 1 } },
      });
      for (const stage of made.stages) stage.seed = { value, stream: stage.id };
      return made;
    };
    await project.run(seeded(1), { execute });
    expect(await kinds(seeded(2))).toEqual({ plain: 'fresh', random: 'run' });
  });
});

describe('a parameter that names what cannot be digested', () => {
  const planOf = (file: string) => {
    project.addType('reader', 'export default () => {};');
    return project.plan(
      project.pipeline({ reader: { type: 'reader', params: { path: path.join(project.folder, file) } } }),
    );
  };

  test('a folder with a link that leads nowhere: the link is named', async () => {
    mkdirSync(path.join(project.folder, 'data'));
    symlinkSync('/nowhere', path.join(project.folder, 'data/broken'));
    await expect(planOf('data')).rejects.toThrow(/data holds broken, which leads nowhere$/);
  });

  test('a pipe is not waited for', async () => {
    execFileSync('mkfifo', [path.join(project.folder, 'pipe')]);
    await expect(planOf('pipe')).rejects.toThrow(/pipe is neither a file nor a folder$/);
  });
});
