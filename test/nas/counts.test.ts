import { describe, expect, test } from '@jest/globals';
import type { Architecture, ModelConfig } from '../../src/model/architecture.ts';
import type { Operator } from '../../src/model/mixing/operators.ts';
import { countParameters, countSupernet, extremesByParameters } from '../../src/nas/counts.ts';
import {
  architectureOf,
  type Genes,
  genePositions,
  largestArchitectures,
  paperSpace,
  sampleGenes,
  type Space,
} from '../../src/nas/space.ts';
import { parametersOf } from '../../src/model/parameters.ts';
import { RandomStream } from '../../src/tensor/random.ts';
import { hatSpace } from '../support/hat.ts';

/** Dictionaries of the IWSLT'14 recipe (paper, section 5.1). */
const config: ModelConfig = {
  sourceTypes: 8848,
  targetTypes: 6632,
  kernels: [3, 7, 15, 31, 31, 31],
  norm: 'post',
  dropout: 0.2,
  weightDropout: 0.1,
};

function uniform(operator: Operator, width: number, inner: number, encoderLayers = 6, decoderLayers = 6): Architecture {
  const layer = { operator, heads: 4, inner, activation: 'relu' as const };
  return {
    encoder: { width, layers: Array.from({ length: encoderLayers }, () => layer) },
    decoder: { width, layers: Array.from({ length: decoderLayers }, () => ({ ...layer, crossHeads: 4, span: 1 })) },
  };
}

describe('numbers of parameters', () => {
  test('of a Transformer are what adding up its matrices gives', () => {
    const [d, f] = [128, 256];
    const attention = 4 * (d * d + d);
    const feedForward = d * f + f + f * d + d;
    const norm = 2 * d;
    const layers = 6 * (attention + feedForward + 2 * norm) + 6 * (2 * attention + feedForward + 3 * norm);
    expect(countParameters(config, uniform('attention', d, f))).toEqual({
      layers,
      withOutput: layers + 6632 * d,
      total: layers + 6632 * d + (8848 + 6632) * d,
    });
  });

  test("of the network that HAT reports at 45.6 ms are HAT's 16,820,736", () => {
    const hat: Architecture = {
      encoder: {
        width: 512,
        layers: Array.from({ length: 6 }, () => ({ operator: 'attention', heads: 4, inner: 1024, activation: 'relu' })),
      },
      decoder: {
        width: 512,
        layers: [{ operator: 'attention', heads: 4, inner: 2048, activation: 'relu', crossHeads: 4, span: 2 }],
      },
    };
    expect(countParameters(config, hat).layers).toBe(16_820_736);
  });

  test.each<[number, number, number]>([
    [160, 0.74, 3.1],
    [240, 1.66, 6.95],
    [320, 2.94, 12.3],
  ])('of uniform nets of width %i reach from %f to %f million', (width, least, most) => {
    const { operators, ratios } = paperSpace;
    const all = operators.flatMap((operator) =>
      ratios.flatMap((ratio) =>
        paperSpace.decoderLayers.map(
          (depth) => countParameters(config, uniform(operator, width, width * ratio, 6, depth)).layers / 1e6,
        ),
      ),
    );
    // Least: fewest heads as well, which only kernels notice; hence to the given digits.
    expect(Math.abs(Math.min(...all) - least)).toBeLessThan(0.011);
    expect(Math.abs(Math.max(...all) - most)).toBeLessThan(0.055);
  });

  test('of the supernet are 21.4 million in layers and 7.1 million in embeddings and output', () => {
    const all = new Map(
      largestArchitectures(paperSpace)
        .flatMap((architecture) => parametersOf(config, architecture))
        .map(({ name, shape }) => [name, shape]),
    );
    const count = (wanted: boolean) =>
      [...all]
        .filter(([name]) => wanted === /embedding|output/.test(name))
        .reduce((sum, [, shape]) => sum + shape.reduce((a, b) => a * b), 0);
    expect((count(false) / 1e6).toFixed(1)).toBe('21.4');
    expect((count(true) / 1e6).toFixed(1)).toBe('7.1');
  });

  test('do not depend on activations, cross-attention heads and spans', () => {
    const random = new RandomStream(1);
    const positions = genePositions(paperSpace);
    for (let i = 0; i < 20; i++) {
      const genes = sampleGenes(paperSpace, random);
      const other = genes.map((gene, at) =>
        ['activation', 'crossHeads', 'span'].includes(positions[at].field) ? 0 : gene,
      );
      expect(countParameters(config, architectureOf(paperSpace, other))).toEqual(
        countParameters(config, architectureOf(paperSpace, genes)),
      );
    }
  });

  test.each([
    ['the paper', paperSpace],
    ['HAT', hatSpace],
  ])('every subnet is a leading corner of the supernet, in the space of %s', (_, space) => {
    const full = new Map(
      largestArchitectures(space)
        .flatMap((architecture) => parametersOf(config, architecture))
        .map(({ name, shape }) => [name, shape]),
    );
    const random = new RandomStream(2);
    for (let i = 0; i < 50; i++) {
      for (const { name, shape } of parametersOf(config, architectureOf(space, sampleGenes(space, random)))) {
        const whole = full.get(name)!;
        expect(whole).toHaveLength(shape.length);
        shape.forEach((extent, axis) => expect(extent).toBeLessThanOrEqual(whole[axis]));
      }
    }
  });

  test('of the supernet are counted by the three definitions', () => {
    const { layers, withOutput, total } = countSupernet(config, paperSpace);
    expect((layers / 1e6).toFixed(1)).toBe('21.4');
    expect(withOutput - layers).toBe(6632 * 320);
    expect(total - withOutput).toBe((8848 + 6632) * 320);
  });
});

describe('the subnets with the fewest and the most parameters', () => {
  /** Every gene string of a space. */
  const all = (space: Space) =>
    genePositions(space).reduce<Genes[]>(
      (strings, { choices }) => strings.flatMap((genes) => choices.map((_, choice) => [...genes, choice])),
      [[]],
    );

  test.each<[string, Space, number[]]>([
    [
      'attention and convolutions',
      {
        ...paperSpace,
        widths: [8, 16],
        heads: [2, 4],
        ratios: [1, 2],
        operators: ['attention', 'light', 'dynamic'],
        activations: ['relu'],
        encoderLayers: 2,
        decoderLayers: [1],
        crossHeads: [2],
        spans: [1],
      },
      [3, 31],
    ],
    [
      'LSRA, in no order',
      {
        ...paperSpace,
        widths: [16, 8],
        heads: [2],
        ratios: [1.5, 1, 2],
        operators: ['lsra-dynamic', 'dynamic', 'lsra-light'],
        activations: ['relu'],
        encoderLayers: 1,
        decoderLayers: [2, 1],
        crossHeads: [2],
        spans: [1],
      },
      [5],
    ],
    [
      'query, key and value of one width, and inner widths as they are',
      {
        ...paperSpace,
        widths: [8, 16],
        attentionWidth: 32,
        heads: [2],
        inners: [24, 8],
        operators: ['attention', 'light', 'lsra-light'],
        activations: ['relu'],
        encoderLayers: 1,
        decoderLayers: [1, 2],
        crossHeads: [2],
        spans: [1],
      },
      [3],
    ],
  ])('are those of an exhaustive count, with %s', (_, space, kernels) => {
    const small = { ...config, sourceTypes: 24, targetTypes: 16, kernels };
    const counts = all(space).map((genes) => countParameters(small, architectureOf(space, genes)));
    const { fewest, most } = extremesByParameters(small, space);
    for (const definition of ['layers', 'withOutput', 'total'] as const) {
      const values = counts.map((count) => count[definition]);
      const least = values.reduce((a, b) => Math.min(a, b));
      const greatest = values.reduce((a, b) => Math.max(a, b));
      expect(countParameters(small, architectureOf(space, fewest))[definition]).toBe(least);
      expect(countParameters(small, architectureOf(space, most))[definition]).toBe(greatest);
    }
  });

  test("of the paper's space bound those of a thousand random ones", () => {
    const random = new RandomStream(3);
    const { fewest, most } = extremesByParameters(config, paperSpace);
    const [least, greatest] = [fewest, most].map(
      (genes) => countParameters(config, architectureOf(paperSpace, genes)).layers,
    );
    for (let i = 0; i < 1000; i++) {
      const { layers } = countParameters(config, architectureOf(paperSpace, sampleGenes(paperSpace, random)));
      expect(layers).toBeGreaterThanOrEqual(least);
      expect(layers).toBeLessThanOrEqual(greatest);
    }
  });
});
