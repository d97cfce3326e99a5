import { describe, expect, test } from '@jest/globals';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { paperSpace, parseGenes } from '../../../src/nas/space.ts';
import { bundleStage } from '../../../src/runner/key/code/bundle.ts';
import { moduleFolders } from '../../../src/runner/key/code/place.ts';
import type { JsonObject, Shown, ViewedStage } from '../../../src/runner/stage.ts';
import view from '../../../stages/views/space/train-supernet.ts';
import { hatSpace } from '../../support/hat.ts';
import { StageBench, tinySpace } from '../../support/stage-bench.ts';

const project = fileURLToPath(new URL('../../../', import.meta.url));
const bench = new StageBench();
const recipe = { recipe: 'auto', merges: 10_000, minLength: 1, maxLength: 175, ratio: 1.5, lowercase: true };
const archive = { format: 'iwslt14', source: 'de', target: 'en' };

interface Case {
  space?: object;
  raw?: JsonObject;
  corpus?: JsonObject;
  folder?: string;
  settings?: JsonObject;
}

async function show({
  space = paperSpace,
  raw = archive,
  corpus = recipe,
  folder,
  settings = {},
}: Case = {}): Promise<Shown> {
  const input = (stage: ViewedStage, made?: string) => ({ stage, folder: () => Promise.resolve(made) });
  const fetch: ViewedStage = { type: 'fetch', params: raw, inputs: {} };
  const preprocess: ViewedStage = { type: 'preprocess', params: corpus, inputs: { raw: input(fetch) } };
  const params = {
    space,
    norm: 'post',
    dropout: 0.2,
    weightDropout: 0.1,
    kernels: [3, 7, 15, 31, 31, 31],
  } as unknown as JsonObject;
  return view({ type: 'train-supernet', params, inputs: { corpus: input(preprocess, folder) } }, settings);
}

describe('the space of a supernet', () => {
  test('of the paper has 10^29.85 gene strings, and subnets of 0.74 to 12.3 million parameters in layers', async () => {
    const { values, sections } = await show();
    expect(values.magnitude).toBeCloseTo(6 * Math.log10(90) + 6 * Math.log10(540) + Math.log10(3 * 3 * 6), 10);
    expect(sections[0].title).toBe('Search space: 10^29.85 gene strings of 63 genes');
    const { smallest, largest, supernet } = values as Record<string, { parameters: Record<string, number> }>;
    const millions = (count: number) => Number((count / 1e6).toFixed(2));
    expect([smallest, largest, supernet].map(({ parameters }) => millions(parameters.layers))).toEqual([
      0.74, 12.34, 21.44,
    ]);
    expect(smallest.parameters.withOutput - smallest.parameters.layers).toBe(6632 * 160);
    expect(largest.parameters.total - largest.parameters.withOutput).toBe((8848 + 6632) * 320);
  });

  test('of HAT has 10^15.39 gene strings, and its own inner widths for a gene', async () => {
    const { sections, values } = await show({ space: hatSpace });
    expect(sections[0].title).toBe('Search space: 10^15.39 gene strings of 63 genes');
    expect(sections[0].rows).toContainEqual(['decoder', '0–5', 'inner', '2048, 1024, 512']);
    // Six layers of the widest a side.
    const { largest } = values as { largest: { parameters: { layers: number } } };
    const [d, q, f] = [640, 512, 2048];
    const attention = 4 * d * q + 3 * q + d;
    const feedForward = 2 * d * f + f + d;
    expect(largest.parameters.layers).toBe(
      6 * (attention + feedForward + 4 * d) + 6 * (2 * attention + feedForward + 6 * d),
    );
  });

  test('lists genes that are alike in one row, and all of them in figures', async () => {
    const { values, sections } = await show();
    expect(sections[0].rows).toContainEqual(['encoder', '0–5', 'ratio', '1, 1.5, 2']);
    expect(sections[0].rows).toContainEqual(['decoder', '', 'layers', '1, 2, 3, 4, 5, 6']);
    expect(sections[0].rows).toHaveLength(1 + 5 + 8);
    const { genes, smallest } = values as { genes: JsonObject[]; smallest: { genes: string } };
    expect(genes).toHaveLength(63);
    expect(genes[0]).toEqual({ part: 'encoder', layer: null, field: 'width', choices: [160, 240, 320] });
    expect(genes.at(-1)).toEqual({ part: 'decoder', layer: 5, field: 'span', choices: [1, 2, 3] });
    expect(parseGenes(paperSpace, smallest.genes)).toHaveLength(63);
  });

  test('that no network fits is refused', async () => {
    await expect(show({ space: { ...tinySpace, widths: [9] } })).rejects.toMatchObject({
      name: 'StageError',
      message: expect.stringMatching(/A width of 9 does not divide/),
    });
  });

  test('is shown without a tensor engine: of all packages, its code imports a parser of XML and the one that defines tensors, and computes nothing with it', async () => {
    const entry = path.join(project, 'stages/views/space/train-supernet.ts');
    const { packages } = await bundleStage({ name: 'space', home: project, entry }, moduleFolders(project));
    expect(Object.keys(packages)).toEqual(['@tensorflow/tfjs-core', 'sax']);
  });
});

describe('the dictionaries to count with', () => {
  const dictionaries = async (given: Case) => (await show(given)).values.dictionaries;
  const none = { source: null, target: null, from: 'unknown' };

  test('are those of the corpus when it is made, before those that are published', async () => {
    expect(await dictionaries({ folder: bench.corpus() })).toMatchObject({ source: 16, from: 'corpus' });
  });

  test('are those that were asked for, before all others', async () => {
    expect(await dictionaries({ folder: bench.corpus(), settings: { dictionaries: [100, 200] } })).toEqual({
      source: 100,
      target: 200,
      from: 'option',
    });
  });

  test('are the published ones for the published recipe alone', async () => {
    expect(await dictionaries({})).toEqual({ source: 8848, target: 6632, from: 'published' });
    expect(await dictionaries({ corpus: { ...recipe, merges: 5000 } })).toEqual(none);
    expect(await dictionaries({ raw: { ...archive, source: 'en', target: 'de' } })).toEqual(none);
    expect(await dictionaries({ raw: { ...archive, format: 'parallel' } })).toEqual(none);
  });

  test('where unknown leave the layers to count, which do not need them', async () => {
    const { values, sections } = await show({ corpus: { ...recipe, merges: 5000 } });
    const known = (await show()).values as Record<string, { parameters: JsonObject }>;
    expect(values.largest).toMatchObject({
      parameters: { layers: known.largest.parameters.layers, withOutput: null, total: null },
    });
    expect(sections[1].rows.at(-1)![0]).toMatch(/need the sizes of the dictionaries: .*--dictionaries/);
  });
});
