import { afterAll, beforeAll, expect, test } from '@jest/globals';
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
    expect({ name, loads }).toEqual({ name, loads: name === 'tensorflow' ? loads : engines.includes(name) });
    if (loads && name !== 'tensorflow') expect(threads).toBeGreaterThan(0);
  }
});
