import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import type { Architecture, EncoderLayer, ModelConfig } from '../../../src/model/architecture.ts';
import { countOperations } from '../../../src/nas/costs/operations.ts';
import { countParameters } from '../../../src/nas/counts.ts';
import { loadPipeline } from '../../../src/runner/load/pipeline.ts';
import { packageRoot } from '../../../src/runner/package-root.ts';
import { architectureOf, genePositions, type Genes, type Space, spaceMagnitude } from '../../../src/nas/space.ts';
import { type HatChoices, hatArchitecture, hatSpace } from '../../support/hat.ts';

/** Genes of the network in the space; −1 for a choice that the space does not have. */
function genesOf(space: Space, { encoder, decoder }: Architecture): Genes {
  const parts = {
    encoder: { ...encoder, depth: encoder.layers.length },
    decoder: { ...decoder, depth: decoder.layers.length },
  };
  return genePositions(space).map(({ part, layer, field, choices }) => {
    const { width, depth, layers } = parts[part];
    if (layer === undefined) return choices.indexOf(field === 'width' ? width : depth);
    return layer < depth ? choices.indexOf(layers[layer][field as keyof EncoderLayer]) : 0;
  });
}

/** A network of HAT's README; `tokens` are those of either side of the pair that its FLOPs are for. */
interface Published extends HatChoices {
  name: string;
  tokens: number;
  parametersM: number;
  flopsG: number;
}

const published = JSON.parse(readFileSync('test/nas/published/hat.json', 'utf8')) as Published[];
const attentionWidth = hatSpace.attentionWidth!;
// Neither count has the dictionaries in it.
const config: ModelConfig = {
  sourceTypes: 8,
  targetTypes: 8,
  kernels: [1],
  norm: 'post',
  dropout: 0,
  weightDropout: 0,
};

/**
 * What torchprofile, HAT's counter, has beside products of matrices: one multiply-add for each number that a norm gives,
 * and for each that is multiplied by a constant, which are queries and embeddings.
 */
function normsAndScalings({ encoder, decoder }: Architecture, tokens: number): number {
  const [layers, deeper] = [encoder.layers.length, decoder.layers.length];
  const norms = 2 * layers * encoder.width + 3 * deeper * decoder.width;
  const scalings = (layers + 2 * deeper) * attentionWidth + encoder.width + decoder.width;
  return tokens * (norms + scalings);
}

test('all 44 networks that HAT publishes are there', () => {
  expect(new Set(published.map(({ name }) => name)).size).toBe(44);
});

test("those of IWSLT'14 are networks of its space, which has 10^15.39 gene strings", () => {
  const ofIwslt = published.filter(({ name }) => name.includes('iwslt'));
  expect(ofIwslt).toHaveLength(5);
  for (const choices of ofIwslt) {
    const architecture = hatArchitecture(choices, attentionWidth);
    expect(architectureOf(hatSpace, genesOf(hatSpace, architecture))).toEqual(architecture);
  }
  // Two widths a side and six depths; three inner widths and two numbers of heads a layer, and in the decoder two more and a span.
  expect(spaceMagnitude(hatSpace)).toBeCloseTo(Math.log10(2 * 2 * 6 * 6 ** 6 * (6 * 2 * 3) ** 6), 10);
  expect(spaceMagnitude(hatSpace).toFixed(2)).toBe('15.39');
});

test('its space is that of the pipeline that is shipped', () => {
  const { stages } = loadPipeline('pipelines/hat.json5', { project: packageRoot });
  const train = stages.find(({ type }) => type === 'train-supernet')!;
  // Inner widths are as they are, so that ratios, whose default comes with the schema, say nothing.
  const { ratios: _, ...space } = train.params.space as unknown as Space;
  const { ratios: __, ...expected } = hatSpace;
  expect(space).toEqual(expected);
});

describe.each(published)('of $name', ({ tokens, parametersM, flopsG, ...choices }) => {
  const architecture = hatArchitecture(choices, attentionWidth);

  test("parameters are HAT's to the two decimals that it prints", () => {
    expect((countParameters(config, architecture).layers / 1e6).toFixed(2)).toBe(parametersM.toFixed(2));
  });

  test("FLOPs are HAT's within the last digit, and to both with norms and multiplications by constants", () => {
    const { layers, taps } = countOperations(config, architecture, { source: tokens, target: tokens });
    expect(taps).toBe(0);
    expect(Math.abs((2 * layers) / 1e9 - flopsG)).toBeLessThan(0.01);
    expect(((2 * (layers + normsAndScalings(architecture, tokens))) / 1e9).toFixed(2)).toBe(flopsG.toFixed(2));
  });
});
