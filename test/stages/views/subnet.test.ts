import { describe, expect, test } from '@jest/globals';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { extremeGenes, formatGenes, paperSpace } from '../../../src/nas/space.ts';
import { bundleStage } from '../../../src/runner/key/code/bundle.ts';
import { moduleFolders } from '../../../src/runner/key/code/place.ts';
import type { JsonObject, Shown, ViewedStage } from '../../../src/runner/stage.ts';
import view from '../../../stages/views/space/subnet.ts';

const project = fileURLToPath(new URL('../../../', import.meta.url));
const kernels = [3, 7, 15, 31, 31, 31];
const fixed = {
  ratios: [2],
  heads: [4],
  operators: ['attention'],
  activations: ['relu'],
  encoderLayers: 6,
  decoderLayers: [6],
  crossHeads: [4],
  spans: [1],
};

async function show(params: object, checkpoint?: ViewedStage, dictionaries = [1000, 500]): Promise<Shown> {
  const input = (stage: ViewedStage) => ({ stage, folder: () => Promise.resolve(undefined) });
  const corpus: ViewedStage = { type: 'preprocess', params: {}, inputs: {} };
  const inputs = { corpus: input(corpus), ...(checkpoint ? { checkpoint: input(checkpoint) } : {}) };
  return view({ type: 'subnet', params: { kernels, norm: 'post', ...params } as JsonObject, inputs }, { dictionaries });
}

/** Weights and biases of a Transformer of one width with post-normalisation, by its textbook definition. */
function transformerLayers(d: number, inner: number, layers: number): number {
  const attention = 4 * (d * d + d);
  const feedForward = d * inner + inner + inner * d + d;
  const norm = 2 * d;
  return layers * (attention + feedForward + 2 * norm) + layers * (2 * attention + feedForward + 3 * norm);
}

describe('a network named by its genes', () => {
  test.each([128, 192, 240])('is a row with the three counts of a Transformer of width %d', async (width) => {
    const { sections, values } = await show({ space: { ...fixed, widths: [width] } });
    const layers = transformerLayers(width, 2 * width, 6);
    const counts = [layers, layers + 500 * width, layers + (500 + 500 + 1000) * width];
    expect(values.parameters).toEqual({ layers: counts[0], withOutput: counts[1], total: counts[2] });
    const [{ rows, shared }] = sections;
    expect(shared).toBe(true);
    expect(rows.map((row) => row.map((cell) => cell.trim()))).toEqual([
      ['ENCODER', 'DECODER', 'LAYERS', 'WITH OUTPUT', 'EVERYTHING'],
      [
        `6 layers of ${width}: attention`,
        `6 layers of ${width}: attention`,
        ...counts.map((count) => count.toLocaleString('en-US')),
      ],
      ['Dictionaries of 1,000 and 500 symbols: as asked for.'],
    ]);
  });

  test('counts with its own kernels and normalisation', async () => {
    const space = { ...fixed, widths: [128], operators: ['light'], encoderLayers: 1, decoderLayers: [1] };
    const layersOf = async (params: object) =>
      ((await show({ space, ...params })).values.parameters as { layers: number }).layers;
    expect((await layersOf({ kernels: [7] })) - (await layersOf({ kernels: [3] }))).toBe(2 * 4 * (7 - 3));
    expect((await layersOf({ norm: 'pre' })) - (await layersOf({ norm: 'post' }))).toBe(2 * 2 * 128);
  });

  test('of a supernet has the space, kernels and normalisation of that', async () => {
    const supernet: ViewedStage = {
      type: 'train-supernet',
      params: { space: paperSpace, kernels: [3], norm: 'pre' } as unknown as JsonObject,
      inputs: {},
    };
    const { values, sections } = await show({ genes: 'smallest' }, supernet);
    expect(values.network).toMatchObject({
      genes: formatGenes(extremeGenes(paperSpace).smallest),
      kernels: [3],
      norm: 'pre',
      architecture: { encoder: { width: 160 } },
    });
    expect(sections[0].rows[1].slice(0, 2)).toEqual(['6 layers of 160: attention', '1 layer of 160: attention']);
  });

  test.each<[string, object, ViewedStage | undefined, RegExp]>([
    ['no space', {}, undefined, /There are no genes without a space/],
    [
      'genes left open',
      { space: { ...fixed, widths: [128, 256] } },
      undefined,
      /more than one network \(encoder width: 128, 256\)/,
    ],
    [
      'genes of another space',
      { space: { ...fixed, widths: [128] }, genes: '01' },
      undefined,
      /"genes" is none of this space's: Genes of 2 digits/,
    ],
    [
      'a space that no network fits',
      { space: { ...fixed, widths: [130] } },
      undefined,
      /A width of 130 does not divide/,
    ],
    [
      'a checkpoint of one network',
      { genes: 'largest' },
      { type: 'finetune', params: {}, inputs: {} },
      /a single network, and not a supernet/,
    ],
  ])('with %s is refused', async (_, params, checkpoint, message) => {
    await expect(show(params, checkpoint)).rejects.toMatchObject({
      name: 'StageError',
      message: expect.stringMatching(message),
    });
  });

  test('is shown without a tensor engine: of all packages, its code imports a parser of XML and the one that defines tensors, and computes nothing with it', async () => {
    const entry = path.join(project, 'stages/views/space/subnet.ts');
    expect(
      Object.keys((await bundleStage({ name: 'subnet', home: project, entry }, moduleFolders(project))).packages),
    ).toEqual(['@tensorflow/tfjs-core', 'sax']);
  });
});
