import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
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
  expect(listed.map(({ name }) => name)).toEqual(['tensorflow', 'native', 'wasm', 'cpu']);
  for (const { name, loads, why, threads, gigaflops } of listed) {
    if (loads) expect(gigaflops).toBeGreaterThan(0);
    else expect(why).toMatch(/^not (installed: @tensorflow\/tfjs-node-gpu|compiled: )/);
    expect({ name, loads }).toEqual({ name, loads: engines.includes(name) });
    if (loads && name !== 'tensorflow') expect(threads).toBeGreaterThan(0);
  }
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
