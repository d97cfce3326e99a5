import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { arithmeticProject } from '../support/arithmetic.ts';
import { engines, hasNative } from '../support/engines.ts';
import { copyNativeSources } from '../support/native-sources.ts';
import { makeProject } from '../support/project.ts';
import type { TestProject } from '../support/project.ts';

let project: TestProject;
beforeAll(() => {
  project = makeProject({});
});
afterAll(() => project.remove());

test('the built program loads every engine that is here, says what the others lack, and measures what loads', async () => {
  const { exitCode, stdout } = await project.run(['engines', '--json']);
  expect(exitCode).toBe(0);
  const listed = JSON.parse(stdout) as {
    name: string;
    loads: boolean;
    why?: string;
    threads?: number;
    gigaflops?: number;
  }[];
  // The best first, which depends on whether there is a GPU.
  expect(listed.map(({ name }) => name).toSorted()).toEqual(['cpu', 'native', 'tensorflow', 'wasm']);
  for (const { name, loads, why, threads, gigaflops } of listed) {
    if (loads) expect(gigaflops).toBeGreaterThan(0);
    else expect(why).toMatch(/^not (installed: @tensorflow\/tfjs-node-gpu|compiled: )/);
    expect({ name, loads }).toEqual({ name, loads: engines.includes(name) });
    if (loads && name !== 'tensorflow') expect(threads).toBeGreaterThan(0);
  }
});

test('one engine is checked against double precision, and what does not load is said', async () => {
  for (const name of ['tensorflow', 'native', 'wasm']) {
    const { exitCode, stdout } = await project.run(['engines', '--check', name]);
    const loads = engines.includes(name);
    expect({ name, exitCode }).toEqual({ name, exitCode: loads ? 0 : 1 });
    expect(stdout).toMatch(
      loads ? /^verdict +computes as it should$/m : new RegExp(`^engine +${name} does not load: not `, 'm'),
    );
    expect(stdout).toMatch(/^system +\w+ .*, Node \d+\.\d+\.\d+$/m);
  }
});

test('setting up TensorFlow with a wheel that is none leaves nothing behind', () => {
  const cache = path.join(project.folder, 'cache');
  const { status, stderr } = spawnSync(
    process.execPath,
    ['scripts/run.js', 'scripts/setup/tensorflow.ts', '--cpu', '--wheel', 'package.json'],
    { encoding: 'utf8', env: { ...process.env, XDG_CACHE_HOME: cache } },
  );
  expect(status).toBe(1);
  // Or what else the machine lacks for it.
  expect(stderr).toMatch(
    /^error: (Not among the files of --wheel: tensorflow-cpu 2|There is no |PyPI's libtensorflow is used on)/,
  );
  const left = existsSync(cache) ? readdirSync(path.join(cache, 'shrinknas/tensorflow')) : [];
  expect(left).toEqual([]);
});

test('a native library that does not load is said aloud, and not only replaced', async () => {
  const folder = path.join(project.folder, 'native');
  mkdirSync(folder);
  for (const isa of ['portable', 'avx2', 'avx512', 'neon'])
    writeFileSync(
      path.join(folder, `shrinknas-${isa}.${process.platform === 'darwin' ? 'dylib' : 'so'}`),
      'no library',
    );
  project.write({
    'train.json5':
      '{ "name": "t", "stages": { "corpus": { "uses": "fetch", "with": { "embedded": "typescript" } }, '
      + '"preprocess": { "uses": "preprocess", "in": { "raw": "corpus" }, "with": { "merges": 10 } }, "train": { '
      + '"uses": "train-supernet", "in": { "corpus": "preprocess" } } } }',
  });
  const { exitCode, stderr } = await project.run(['plan', 'train.json5'], { env: { SHRINKNAS_NATIVE: folder } });
  expect(exitCode).toBe(0);
  expect(stderr).toMatch(/^warning: engine wasm is used, since a better one is here and does not load: native: /m);
});

(hasNative ? test : test.skip)(
  'a kernel of decoding alone that is changed leaves stages that train fresh, and one of training those that translate',
  async () => {
    const files = arithmeticProject();
    const computing = (type: string, engine: string) => {
      const file = `schemas/stages/${type}.json`;
      return { [file]: JSON.stringify({ ...(JSON.parse(files[file]) as object), engine }) };
    };
    const computed = makeProject({ ...files, ...computing('source', 'training'), ...computing('scale', 'decoding') });
    const sources = copyNativeSources();
    const env = { SHRINKNAS_NATIVE: sources.compiled, SHRINKNAS_ENGINE: 'native' };
    const rerun = () => computed.run(['arithmetic.json5'], { env });
    try {
      sources.build();
      expect(await rerun()).toMatchObject({ exitCode: 0, executed: ['source', 'scale', 'total'] });
      sources.append('top.c', '\nint sn_more(void);\nint sn_more(void) { return 1; }\n');
      sources.build();
      const decoding = await rerun();
      expect(decoding).toMatchObject({ exitCode: 0, executed: ['scale'] });
      expect(decoding.stderr).toMatch(
        /scale: started \(engine\.version: portable-[0-9a-f]{12} → portable-[0-9a-f]{12}\)/,
      );
      sources.append('loss.c', '\nint sn_more_loss(void);\nint sn_more_loss(void) { return 1; }\n');
      sources.build();
      expect(await rerun()).toMatchObject({ exitCode: 0, executed: ['source'] });
      // In place, which no folder's time tells.
      appendFileSync(sources.library, 'another');
      expect(await rerun()).toMatchObject({ exitCode: 0, executed: ['source', 'scale'] });
      expect((await computed.run(['engines'], { env })).stdout).toMatch(/^native +portable-[0-9a-f]{12} +portable /m);
      sources.append('top.c', '\n');
      sources.build();
      expect((await computed.run(['engines'], { env })).stdout).toMatch(
        /^native +training portable-[0-9a-f]{12}, decoding portable-[0-9a-f]{12} /m,
      );
    } finally {
      sources.remove();
      computed.remove();
    }
  },
  180_000,
);
