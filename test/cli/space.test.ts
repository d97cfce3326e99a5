import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { fileURLToPath } from 'node:url';
import { makeProject } from '../support/project.ts';
import type { TestProject } from '../support/project.ts';

const shipped = (name: string) => fileURLToPath(new URL(`../../pipelines/${name}`, import.meta.url));
const iwslt = shipped('iwslt.json5');

let project: TestProject;
beforeAll(() => {
  project = makeProject({
    'fetch.json5':
      '{ "name": "fetching", "stages": { "corpus": { "uses": "fetch", "with": { "embedded": "typescript" } } } }',
  });
});
afterAll(() => project.remove());

/** Parameters of a shipped pipeline's networks, by the choice in its matrix. */
async function networks(name: string): Promise<Record<string, { layers: number; withOutput: number }>> {
  const { stdout } = await project.run(['space', shipped(name), '--store', 'nowhere', '--json']);
  const shown = JSON.parse(stdout) as { stages: string[]; parameters: { layers: number; withOutput: number } }[];
  return Object.fromEntries(shown.map(({ stages: [stage], parameters }) => [stage.split('@')[1], parameters]));
}

const millions = (count: number, digits: number) => (count / 1e6).toFixed(digits);

describe('space', () => {
  test('shows genes, size and parameters of a shipped pipeline, and which dictionaries were counted', async () => {
    const { exitCode, stdout, stderr } = await project.run(['space', iwslt, '--store', 'nowhere']);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toContain('10^29.85');
    expect(stdout).toMatch(/^encoder {2}0–5 {4}operator {4}attention, light, dynamic, lsra-light, lsra-dynamic$/m);
    expect(stdout).toMatch(/^largest subnet +12,341,760 +14,464,000 +19,417,600$/m);
    expect(stdout).toMatch(
      /^Dictionaries of 8,848 and 6,632 symbols: those published for this recipe; the corpus is not in the store yet\.$/m,
    );
  });

  test("of HAT's pipeline has the 10^15.39 strings of its paper, and the 55.1 million parameters that its users saw", async () => {
    const { stdout } = await project.run(['space', shipped('hat.json5'), '--store', 'nowhere', '--json']);
    const [space] = JSON.parse(stdout) as { magnitude: number; supernet: { parameters: { layers: number } } }[];
    expect(space.magnitude.toFixed(2)).toBe('15.39');
    // github.com/mit-han-lab/hardware-aware-transformers/issues/5: a checkpoint of a subnet is as large as the supernet's.
    expect(Math.floor(space.supernet.parameters.layers / 1e5) / 10).toBe(55.1);
  });

  test('as JSON has the same in figures, with the stages that it is of', async () => {
    const { stdout } = await project.run([
      'space',
      iwslt,
      'params.training.space.widths=[160]',
      '--dictionaries',
      '100,200',
      '--store',
      'nowhere',
      '--json',
    ]);
    const [space] = JSON.parse(stdout) as {
      stages: string[];
      dictionaries: object;
      smallest: { parameters: Record<string, number> };
    }[];
    expect(space).toMatchObject({
      stages: ['train.1', 'train.2', 'train.3', 'train.4', 'train-last'],
      dictionaries: { source: 100, target: 200, from: 'option' },
    });
    expect(space.smallest.parameters.total - space.smallest.parameters.withOutput).toBe(300 * 160);
  });

  test('of several spaces says which stages have which', async () => {
    const { stdout } = await project.run([
      'space',
      iwslt,
      'params.training.space.widths=[160],[320]',
      '--store',
      'nowhere',
    ]);
    expect(stdout.match(/^Search space: /gm)).toHaveLength(2);
    expect(stdout).toMatch(/^train\.1@.*, train-last@/m);
  });

  test('of networks designed by hand is one table with a row for each, and one line on the dictionaries', async () => {
    const { exitCode, stdout } = await project.run(['space', shipped('baselines.json5'), '--store', 'nowhere']);
    expect(exitCode).toBe(0);
    const lines = stdout.trimEnd().split('\n');
    expect(lines).toHaveLength(1 + 1 + 12 + 1);
    expect(lines[1]).toMatch(/^STAGE +ENCODER +DECODER +LAYERS +WITH OUTPUT +EVERYTHING$/);
    expect(lines[4]).toMatch(
      /^transformer@transformer=240 {2}6 layers of 240: attention +6 layers of 240: attention +6,952,320 +8,544,000 +12,259,200$/,
    );
    expect(lines.at(-1)).toMatch(/^Dictionaries of 8,848 and 6,632 symbols/);
  });

  test("of the baselines has all nine rows of the paper's table 2: layers, layers with output, and the figure printed", async () => {
    const sizes = Object.entries(await networks('baselines.json5')).map(([network, { layers, withOutput }]) => [
      network,
      [millions(layers, 3), millions(withOutput, 3), millions(withOutput, 1)],
    ]);
    expect(Object.fromEntries(sizes)).toMatchObject({
      'transformer=128': ['1.988', '2.836', '2.8'],
      'transformer=192': ['4.456', '5.729', '5.7'],
      'transformer=240': ['6.952', '8.544', '8.5'],
      'lightconv=128': ['1.692', '2.541', '2.5'],
      'lightconv=192': ['3.791', '5.064', '5.1'],
      'lightconv=256': ['6.725', '8.423', '8.4'],
      'lite=160': ['1.714', '2.775', '2.8'],
      'lite=240': ['3.837', '5.429', '5.4'],
      'lite=320': ['6.805', '8.928', '8.9'],
    });
  });

  test('of the baselines on Multi30k has four networks just within the budget of the searched one', async () => {
    const sizes = Object.values(await networks('baselines-multi30k.json5')).map(({ layers }) => layers);
    expect(sizes).toHaveLength(4);
    expect(Math.min(...sizes)).toBeGreaterThanOrEqual(3_400_000);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(3_600_000);
  });
  test.each([
    [
      ['fetch.json5'],
      /none of the stages of pipeline 'fetching' has a space to show/,
      /Its stages are: corpus \(fetch\)/,
    ],
    [
      [iwslt, '--dictionaries', '8848'],
      /--dictionaries is "8848", and must be two whole numbers/,
      /--dictionaries 8848,6632/,
    ],
    [
      [iwslt, 'params.training.space.widths=[150]'],
      /stage 'train\.1': A width of 150 does not divide/,
      /iwslt\.json5:/,
    ],
  ])('%j exits with 2 and says what to do', async (words, message, hint) => {
    const { exitCode, stdout, stderr } = await project.run(['space', ...words]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(hint);
  });
});
