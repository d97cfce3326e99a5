import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { engines } from '../support/engines.ts';
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
  const listed = JSON.parse(stdout) as { name: string; loads: boolean; why?: string; threads?: number; gigaflops?: number }[];
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
  for (const isa of ['portable', 'avx2', 'avx512', 'neon']) writeFileSync(path.join(folder, `shrinknas-${isa}.${process.platform === 'darwin' ? 'dylib' : 'so'}`), 'no library');
  project.write({ 'train.json5': '{ "name": "t", "stages": { "corpus": { "uses": "fetch", "with": { "embedded": "typescript" } }, '
    + '"preprocess": { "uses": "preprocess", "in": { "raw": "corpus" }, "with": { "merges": 10 } }, "train": { "uses": "train-supernet", "in": { "corpus": "preprocess" } } } }' });
  const { exitCode, stderr } = await project.run(['plan', 'train.json5'], { env: { SHRINKNAS_NATIVE: folder } });
  expect(exitCode).toBe(0);
  expect(stderr).toMatch(/^warning: engine wasm is used, since a better one is here and does not load: native: /m);
});
