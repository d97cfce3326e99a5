import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fingerprint } from '../../src/runner/key/code/fingerprint.ts';
import { removeTree } from '../../src/disk/files.ts';
import { StatCache } from '../../src/runner/store/stat-cache.ts';
import type { RunRecord } from '../../src/runner/records.ts';
import { makeProject } from '../support/project.ts';
import type { CommandResult, TestProject } from '../support/project.ts';

const root = process.cwd();

/**
 * Own stage types: `letters` writes this package's artifact raw-corpus, `claims` its artifact
 * bleu, `imports` one of its own.
 */
const declare = (name: string, output: string, artifact: string, properties: object = {}) =>
  JSON.stringify({
    name,
    description: `Writes ${artifact}.`,
    inputs: {},
    outputs: { [output]: { artifact, description: 'What it writes.' } },
    params: { type: 'object', additionalProperties: false, properties },
  });

const letters = `import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

export default ({ outputs, params }) => {
  mkdirSync(path.join(outputs.raw, 'files'));
  const files = ['train', 'valid', 'test'].flatMap((split) => ['de', 'en'].map((language) => {
    const text = Array.from({ length: params.lines }, (_, i) => language + ' abc ' + 'bca cab '.repeat(1 + (i % 3)) + i + '\\n').join('');
    writeFileSync(path.join(outputs.raw, 'files', split + '.' + language), text);
    return { path: split + '.' + language, bytes: text.length, sha256: createHash('sha256').update(text).digest('hex') };
  }));
  writeFileSync(path.join(outputs.raw, 'raw-corpus.json'), JSON.stringify({ format: 'parallel', source: 'de', target: 'en', files }));
};
`;

/** As the schema of bleu has it, but for its score. */
function bleuDocument() {
  const score = {
    score: 1,
    precisions: [1, 1, 1, 1],
    brevityPenalty: 1,
    ratio: 1,
    hypothesisLength: 1,
    referenceLength: 1,
  };
  const confidence = { mean: 1, halfWidth: 0 };
  return {
    ...score,
    summary: 'BLEU',
    split: 'test',
    sentences: 1,
    copyingTheSource: 0,
    confidence,
    resamples: 1,
    hyphensSplit: score,
    sacrebleu: { ...score, signature: 'none', references: 'raw', confidence },
    chrf: { score: 50, signature: 'none' },
    ter: { score: 50, signature: 'none' },
  };
}

const claims = `import { writeFileSync } from 'node:fs';

export default ({ outputs, params }) => {
  writeFileSync(outputs.bleu + '/bleu.json', JSON.stringify({ ...params.document, score: params.score }));
  writeFileSync(outputs.bleu + '/sentences.json', '{}');
};
`;

const tinyTraining = {
  updates: 1,
  maxTokens: 128,
  warmup: 1,
  validationTokens: 20,
  space: { widths: [16], encoderLayers: 1, decoderLayers: [1], spans: [1] },
};

const files = {
  'schemas/stages/letters.json': declare('letters', 'raw', 'raw-corpus', {
    lines: { type: 'integer', default: 20, description: 'How many.' },
  }),
  'stages/letters.ts': letters,
  'own.json5': JSON.stringify({
    name: 'own',
    stages: {
      letters: { uses: 'letters' },
      preprocess: { uses: 'preprocess', in: { raw: 'letters' }, with: { merges: 5 } },
      train: { uses: 'train-supernet', in: { corpus: 'preprocess' }, with: tinyTraining },
    },
  }),
};

/** Files and links below a folder; folders end in a slash. */
function listing(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => (lstatSync(path.join(folder, name)).isDirectory() ? `${name}/` : name))
    .sort();
}

describe('a project with a stage type of its own, without node_modules', () => {
  let project: TestProject;
  let before: string[];
  let first: CommandResult;
  beforeAll(async () => {
    project = makeProject(files);
    before = listing(project.folder);
    first = await project.run(['own.json5']);
  });
  afterAll(() => project.remove());

  test('feeds those of this package, which compute with the engine of the plan', () => {
    expect(first).toMatchObject({ exitCode: 0, stderr: expect.stringMatching(/^succeeded: 3 stages ran/m) });
    expect(JSON.parse(project.read('runs/latest/own/preprocess/corpus/corpus.json'))).toMatchObject({
      splits: { train: { pairs: 20 } },
    });
  });

  test('keeps to itself but for runs/, whose page says what is there', () => {
    const after = listing(project.folder).filter((name) => !before.includes(name));
    expect(after.filter((name) => !name.startsWith('runs/'))).toEqual([]);
    const announced = readFileSync(path.join(root, 'runs/README.md'), 'utf8');
    for (const name of readdirSync(path.join(project.folder, 'runs'))) expect(announced).toContain(`\`${name}/`);
  });

  test('a second time runs nothing', async () => {
    expect((await project.run(['own.json5'])).stderr).toBe('Nothing to run: all 3 stages are fresh.\n');
  });

  test("has this package's views and schemas", async () => {
    const space = await project.run(['space', 'own.json5', '--dictionaries', '100,100']);
    expect(space).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/genes/) });
    const { stdout } = await project.run(['schema', 'preprocess']);
    expect(JSON.parse(stdout)).toMatchObject({
      name: 'preprocess',
      params: { properties: { merges: { type: 'integer' } } },
    });
  });

  test('shares its results with other projects: a stage of this package has the same key wherever it runs', async () => {
    const type = { name: 'preprocess', home: root, entry: path.join(root, 'stages/preprocess.ts') };
    const cacheFolder = mkdtempSync(path.join(tmpdir(), 'shrinknas-cache-'));
    const { preprocess } = await fingerprint([type], { cacheFolder, statCache: new StatCache(cacheFolder) });
    const [id] = readdirSync(path.join(project.folder, 'runs/records'));
    const { stages } = JSON.parse(project.read(`runs/records/${id}/run.json`)) as RunRecord;
    expect(stages.find((stage) => stage.id === 'preprocess')!.fields!.code).toBe(preprocess.digest);
    removeTree(cacheFolder);
  });

  test('cannot call something else by the name of an artifact that a used stage type of this package has', async () => {
    const copy = project.copy();
    copy.write({
      'schemas/artifacts/raw-corpus.schema.json': JSON.stringify({ description: 'Another.', type: 'object' }),
    });
    const { exitCode, stderr } = await copy.run(['own.json5']);
    expect({ exitCode, stderr }).toEqual({
      exitCode: 2,
      stderr: expect.stringMatching(
        /"preprocess" of shrinknas reads or writes the artifact raw-corpus, which this project declares otherwise/,
      ),
    });
    copy.remove();
  });
});

describe('imports of packages', () => {
  test("lead from own stages to the project's, and from this package's to its own", async () => {
    const project = makeProject({
      'node_modules/typescript/package.json':
        '{"name":"typescript","version":"0.0.1","type":"module","exports":"./index.js"}',
      'node_modules/typescript/index.js': "export const version = 'of the project';",
      'schemas/stages/imports.json': declare('imports', 'found', 'found'),
      'schemas/artifacts/found.schema.json': JSON.stringify({
        description: 'What was found.',
        type: 'object',
        properties: { version: { type: 'string' } },
      }),
      'stages/imports.ts':
        "import { writeFileSync } from 'node:fs';\nimport { version } from 'typescript';\n"
        + "export default ({ outputs }) => writeFileSync(outputs.found + '/found.json', JSON.stringify({ version "
        + '}));\n',
      'both.json5': JSON.stringify({
        name: 'both',
        stages: { own: { uses: 'imports' }, fetch: { uses: 'fetch', with: { embedded: 'typescript' } } },
      }),
    });
    const run = await project.run(['both.json5']);
    expect(run).toMatchObject({ exitCode: 0 });
    expect(JSON.parse(project.read('runs/latest/both/own/found/found.json'))).toEqual({ version: 'of the project' });
    const { version } = JSON.parse(readFileSync(path.join(root, 'node_modules/typescript/package.json'), 'utf8')) as {
      version: string;
    };
    expect(JSON.parse(project.read('runs/latest/both/fetch/raw/raw-corpus.json'))).toMatchObject({
      origin: { version },
    });
    expect(readdirSync(path.join(project.folder, 'node_modules'))).toEqual(['typescript']);
    project.remove();
  });

  test('lead on when runs/ is on another disk', async () => {
    const project = makeProject(files);
    const disk = mkdtempSync(path.join(tmpdir(), 'shrinknas-disk-'));
    symlinkSync(disk, path.join(project.folder, 'runs'));
    project.write({
      'node_modules/dep/package.json': '{"name":"dep","version":"1.0.0","type":"module","exports":"./index.js"}',
      'node_modules/dep/index.js': 'export const lines = 3;',
      'stages/letters.ts': `import { lines } from 'dep';\n${letters.replace('params.lines', 'lines')}`,
    });
    expect(await project.run(['own.json5', 'preprocess'])).toMatchObject({ exitCode: 0 });
    expect(JSON.parse(project.read('runs/latest/own/preprocess/corpus/corpus.json'))).toMatchObject({
      splits: { train: { pairs: 3 } },
    });
    project.remove();
    removeTree(disk);
  });
});

describe('this package, installed among the packages of a project', () => {
  let folder: string;
  const installed = () => path.join(folder, 'node_modules/shrinknas');
  const run = (words: string[]) => {
    const env = { ...process.env, NODE_OPTIONS: '' };
    return spawnSync(process.execPath, [path.join(installed(), 'bin/shrinknas.js'), ...words], {
      cwd: folder,
      env,
      encoding: 'utf8',
    });
  };
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'shrinknas-installed-'));
    mkdirSync(installed(), { recursive: true });
    for (const name of readdirSync(path.join(root, 'node_modules')))
      symlinkSync(path.join(root, 'node_modules', name), path.join(folder, 'node_modules', name));
    for (const part of ['bin', 'dist', 'package.json', 'pipelines', 'schemas', 'src', 'stages', 'tsconfig.json']) {
      cpSync(path.join(root, part), path.join(installed(), part), { recursive: true });
    }
    const project = makeProject({
      ...files,
      'schemas/stages/claims.json': declare('claims', 'bleu', 'bleu', {
        score: { type: 'number', default: 1, description: 'It.' },
        document: { type: 'object', default: bleuDocument(), description: 'The rest.' },
      }),
      'stages/claims.ts': claims,
      'claims.json5': '{ "name": "claims", "stages": { "claims": { "uses": "claims" } } }',
    });
    cpSync(project.folder, folder, { recursive: true });
    project.remove();
  });
  afterAll(() => removeTree(folder));

  test('serves it, and is not written to', () => {
    const state = () => listing(installed()).map((name) => `${name} ${statSync(path.join(installed(), name)).mtimeMs}`);
    const untouched = state();
    const { status, stderr } = run(['own.json5']);
    expect({ status, stderr }).toEqual({ status: 0, stderr: expect.stringMatching(/^succeeded: 3 stages ran/m) });
    expect(state()).toEqual(untouched);
    expect(existsSync(path.join(folder, 'node_modules/.cache/shrinknas/code'))).toBe(false);
  });

  test('compares artifacts that own stages made of its types, unless the project means another by the name', () => {
    const found = () => run(['diff', 'latest~1', 'latest']).stdout;
    expect(run(['claims.json5']).status).toBe(0);
    expect(run(['claims.json5', 'claims.score=2']).status).toBe(0);
    expect(found()).toContain('paired bootstrap: not done');
    const schema = JSON.parse(readFileSync(path.join(root, 'schemas/artifacts/bleu.schema.json'), 'utf8')) as object;
    mkdirSync(path.join(folder, 'schemas/artifacts'));
    cpSync(path.join(root, 'schemas/parts.schema.json'), path.join(folder, 'schemas/parts.schema.json'));
    cpSync(
      path.join(root, 'schemas/artifacts/bleu.schema.json'),
      path.join(folder, 'schemas/artifacts/bleu.schema.json'),
    );
    expect(found()).toContain('paired bootstrap: not done');
    writeFileSync(
      path.join(folder, 'schemas/artifacts/bleu.schema.json'),
      JSON.stringify({ ...schema, description: 'Another.' }),
    );
    expect(found()).toMatch(/score: 1 → 2/);
    expect(found()).not.toContain('paired bootstrap');
  });
});
