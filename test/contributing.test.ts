/** CONTRIBUTING's recipe for a mixing operator, followed to the letter in a copy of the package. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { cpSync, readdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { makeProject, type TestProject } from './support/project.ts';
import { tinyQuickstart } from './support/tiny-quickstart.ts';

const root = fileURLToPath(new URL('../', import.meta.url));

/** The new file: a lightweight convolution of gated channels. */
const gated = `import * as tf from '@tensorflow/tfjs-core';
import { linearParameters } from '../parameter-blocks.ts';
import { project } from '../projection.ts';
import { light } from './light.ts';
import { below, type MixingOperator, type MixingPlace } from './operator.ts';

/** A lightweight convolution of a gated linear unit (Dauphin et al. 2017). */
export const gated: MixingOperator = {
  parameters: (size) => [
    ...linearParameters('value', size.width, size.width), ...linearParameters('gate', size.width, size.width),
    ...below('light', light.parameters(size)),
  ],
  mix: ({ x, place, ...visible }) => light.mix({ x: gate(x, place), place: inner(place), ...visible }),
  step: ({ x, place, state }) => light.step({ x: gate(x, place), place: inner(place), state }),
  operations(size, length) {
    const { layers, taps } = light.operations(size, length);
    return { layers: layers + 2 * length * size.width * size.width, taps };
  },
  division: light.division,
};

function gate(x: tf.Tensor, place: MixingPlace): tf.Tensor {
  return tf.mul(project(place, 'value', x), tf.sigmoid(project(place, 'gate', x)));
}

function inner(place: MixingPlace): MixingPlace {
  return { ...place, weight: (name) => place.weight(\`light.\${name}\`) };
}
`;

let copy: TestProject;
const run = (...words: string[]) =>
  promisify(execFile)(process.execPath, words, {
    cwd: copy.folder,
    env: { ...process.env, SHRINKNAS_NATIVE: path.join(root, 'dist/native') },
    maxBuffer: 1 << 26,
  });

beforeAll(async () => {
  copy = makeProject({ 'pipelines/tiny.json5': tinyQuickstart({ operators: ['gated', 'light'] }) });
  const parts = readdirSync(root).filter(
    (name) => !['.git', 'node_modules', 'dist', 'runs', 'pipelines'].includes(name),
  );
  for (const part of [...parts, 'pipelines/quickstart.json5']) {
    cpSync(path.join(root, part), path.join(copy.folder, part), { recursive: true });
  }
  symlinkSync(path.join(root, 'node_modules'), path.join(copy.folder, 'node_modules'));
  const table = 'src/model/mixing/operators.ts';
  copy.write({
    'src/model/mixing/gated.ts': gated,
    [table]: copy
      .read(table)
      .replace("import { light } from './light.ts';\n", "import { gated } from './gated.ts';\n$&")
      .replace('  light,\n', '$&  gated,\n'),
  });
  await run('scripts/generate.js');
}, 60_000);
afterAll(() => copy.remove());

describe('a sixth mixing operator, by one file, one line of the table and `npm run generate`', () => {
  test('is known to the schemas and their types, and fits them', async () => {
    expect(copy.read('schemas/tables.schema.json')).toContain('"gated"');
    expect(copy.read('schemas/types.ts')).toContain("'attention' | 'light' | 'gated' | 'dynamic'");
    const { stdout } = await run('node_modules/typescript/bin/tsc', '--noEmit').catch(
      (error: { stdout: string }) => error,
    );
    expect(stdout).toBe('');
  }, 120_000);

  test("does not slip into the paper's space", async () => {
    const { stdout } = await copy.run(['space', 'pipelines/quickstart.json5']);
    expect(stdout).not.toContain('gated');
  });

  test('is counted by space', async () => {
    const { stdout, exitCode } = await copy.run(['space', 'pipelines/tiny.json5', '--json']);
    expect(exitCode).toBe(0);
    const [{ genes, largest, smallest }] = JSON.parse(stdout) as [
      {
        genes: { field: string; choices: string[] }[];
        largest: Counted;
        smallest: Counted;
      },
    ];
    expect(genes.find(({ field }) => field === 'operator')!.choices).toEqual(['gated', 'light']);
    // The gate's two linear maps make it the larger of the two: the largest network has it
    // everywhere, the smallest nowhere.
    expect(largest.genes[1]).toBe('0');
    expect(smallest.genes[1]).toBe('1');
  });

  test('is trained, searched, fine-tuned and translated with', async () => {
    const result = await copy.run(['pipelines/tiny.json5']);
    expect(result).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^bleu\.bleu +BLEU = /m) });
  }, 180_000);

  test('is held to what every operator is held to: causality, padding, decoding by steps, kernels beside definitions', async () => {
    const jest = [
      '--experimental-vm-modules',
      '--no-warnings',
      'node_modules/jest/bin/jest.js',
      '-t',
      'layers: gated',
      '--json',
    ];
    const { stdout } = await run(...jest, 'test/model/network.test.ts', 'test/model/engines-agree.test.ts');
    const { numFailedTests, numPassedTests } = JSON.parse(stdout) as { numFailedTests: number; numPassedTests: number };
    expect(numFailedTests).toBe(0);
    expect(numPassedTests).toBeGreaterThan(5);
  }, 180_000);
});

interface Counted {
  genes: string;
}
