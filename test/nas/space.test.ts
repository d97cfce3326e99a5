import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Operator, operatorNames } from '../../src/model/mixing/operators.ts';
import { drawSubnet, inSameSizes } from '../../src/nas/sample-space.ts';
import {
  architectureOf,
  checkSpace,
  extremeGenes,
  formatGenes,
  type Genes,
  genePositions,
  paperSpace,
  parseGenes,
  sampleGenes,
  type Space,
  SpaceError,
  spaceMagnitude,
} from '../../src/nas/space.ts';
import { RandomStream } from '../../src/tensor/random.ts';
import { binomialBounds } from '../support/statistics.ts';

const smallSpace: Space = {
  widths: [8, 16],
  ratios: [1, 1.5],
  heads: [2, 4],
  operators: ['attention', 'lsra-light'],
  activations: ['relu', 'swish'],
  encoderLayers: 2,
  decoderLayers: [1, 2, 3],
  crossHeads: [2, 4],
  spans: [1, 2],
};

/** Pearson's statistic of counts against equal frequencies. */
function chiSquare(counts: readonly number[]): number {
  const mean = counts.reduce((a, b) => a + b, 0) / counts.length;
  return counts.reduce((sum, count) => sum + (count - mean) ** 2 / mean, 0);
}

/** Above it lies the statistic once in 100,000 times, for 1 to 9 degrees of freedom (a table of the distribution). */
const rarely = [0, 19.51, 23.03, 25.9, 28.47, 30.86, 33.11, 35.26, 37.33, 39.34];

describe("the paper's search space", () => {
  test('has 90⁶ · 540⁶ · 3 · 3 · 6 = 10^29.85 gene strings', () => {
    const encoderCell = 5 * 2 * 3 * 3;
    const decoderCell = encoderCell * 2 * 3;
    expect(spaceMagnitude(paperSpace)).toBeCloseTo(Math.log10(encoderCell ** 6 * decoderCell ** 6 * 3 * 3 * 6), 9);
    expect(spaceMagnitude(paperSpace).toFixed(2)).toBe('29.85');
  });

  test('has 63 genes: two widths, a depth, 6 × 4 for encoder layers, 6 × 6 for decoder layers', () => {
    expect(genePositions(paperSpace)).toHaveLength(3 + 6 * 4 + 6 * 6);
  });

  test('passes its own check', () => {
    expect(() => checkSpace(paperSpace)).not.toThrow();
  });
});

describe('genes', () => {
  test('come back from their text', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const genes = sampleGenes(paperSpace, new RandomStream(seed));
        expect(parseGenes(paperSpace, formatGenes(genes))).toEqual(genes);
      }),
    );
  });

  test('of another length, or with a digit that names no choice, are refused', () => {
    const text = formatGenes(extremeGenes(smallSpace).smallest);
    expect(() => parseGenes(smallSpace, text.slice(1))).toThrow(RangeError);
    expect(() => parseGenes(smallSpace, `9${text.slice(1)}`)).toThrow('Digit "9" at position 1');
    expect(() => parseGenes(smallSpace, `-${text.slice(1)}`)).toThrow(RangeError);
  });

  test('describe a network of choices of the space, as deep as they say', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const genes = sampleGenes(paperSpace, new RandomStream(seed));
        const { encoder, decoder } = architectureOf(paperSpace, genes);
        expect(encoder.layers).toHaveLength(6);
        expect(decoder.layers).toHaveLength(paperSpace.decoderLayers[genes[26]]);
        for (const part of [encoder, decoder]) {
          expect(paperSpace.widths).toContain(part.width);
          for (const layer of part.layers) {
            expect(operatorNames).toContain(layer.operator);
            expect([1, 1.5, 2]).toContain(layer.inner / part.width);
            expect([2, 4]).toContain(layer.heads);
          }
        }
        for (const { crossHeads, span } of decoder.layers) {
          expect([2, 4]).toContain(crossHeads);
          expect([1, 2, 3]).toContain(span);
        }
      }),
    );
  });

  test('of the smallest and the largest network take the extreme of every size', () => {
    const { smallest, largest } = extremeGenes(paperSpace);
    const [small, large] = [smallest, largest].map((genes) => architectureOf(paperSpace, genes));
    expect([small.encoder.width, small.decoder.width, small.decoder.layers.length]).toEqual([160, 160, 1]);
    expect([large.encoder.width, large.decoder.width, large.decoder.layers.length]).toEqual([320, 320, 6]);
    expect(small.encoder.layers[0]).toMatchObject({ inner: 160, heads: 2 });
    expect(large.decoder.layers[5]).toMatchObject({ inner: 640, heads: 4, crossHeads: 4, span: 3 });
  });
});

describe('sampling', () => {
  test('draws every choice of every gene equally often', () => {
    const random = new RandomStream(11, 'uniform');
    const counts = genePositions(paperSpace).map(({ choices }) => choices.map(() => 0));
    for (let i = 0; i < 6000; i++) sampleGenes(paperSpace, random).forEach((gene, at) => counts[at][gene]++);
    for (const position of counts) expect(chiSquare(position)).toBeLessThan(rarely[position.length - 1]);
  });

  test('draws them equally often where each update has a stream of its own, as in training', () => {
    const positions = genePositions(paperSpace);
    const counts = positions.map(({ choices }) => choices.map(() => 0));
    // How often a gene is that of the update before: once in as many times as there are choices.
    const repeated = positions.map(() => 0);
    let before: readonly number[] = [];
    const updates = 6000;
    for (let update = 0; update < updates; update++) {
      const genes = drawSubnet({ space: paperSpace }, new RandomStream(1, 'train.1', 'subnet', update));
      genes.forEach((gene, at) => {
        counts[at][gene]++;
        if (gene === before[at]) repeated[at]++;
      });
      before = genes;
    }
    counts.forEach((position, at) => {
      expect(chiSquare(position)).toBeLessThan(rarely[position.length - 1]);
      const { least, most } = binomialBounds(updates - 1, 1 / position.length);
      expect(repeated[at]).toBeGreaterThanOrEqual(least);
      expect(repeated[at]).toBeLessThanOrEqual(most);
    });
  });

  test('draws neighbouring genes independently of each other', () => {
    const random = new RandomStream(12, 'pairs');
    const counts = Array<number>(9).fill(0);
    const at = genePositions(paperSpace).findIndex(({ field }) => field === 'ratio');
    for (let i = 0; i < 9000; i++) {
      const genes = sampleGenes(paperSpace, random);
      counts[3 * genes[at] + genes[at + 1]]++;
    }
    expect(chiSquare(counts)).toBeLessThan(rarely[8]);
  });

  test('from a list draws each of its subnets equally often, and nothing else', () => {
    const random = new RandomStream(13);
    const candidates = Array.from({ length: 8 }, () => sampleGenes(smallSpace, random));
    const counts = new Map(candidates.map((genes) => [genes, 0]));
    for (let i = 0; i < 4000; i++) {
      const genes = drawSubnet({ space: smallSpace, candidates }, random);
      counts.set(genes as number[], counts.get(genes as number[])! + 1);
    }
    expect(counts.size).toBe(8);
    expect(chiSquare([...counts.values()])).toBeLessThan(rarely[7]);
  });

  test('in the sizes of a list has the widths, depth and inner widths of each of its subnets, and all else from anywhere', () => {
    const random = new RandomStream(15);
    const list = Array.from({ length: 400 }, () => sampleGenes(paperSpace, random));
    const positions = genePositions(paperSpace);
    const sizesOf = (genes: Genes) =>
      genes.filter((_, i) => ['width', 'layers', 'ratio'].includes(positions[i].field)).join();
    const drawn = inSameSizes(paperSpace, list, random).candidates!;
    expect(drawn.map(sizesOf)).toEqual(list.map(sizesOf));
    expect(drawn).not.toEqual(list);
    positions.forEach(({ field, choices }, i) => {
      if (!['width', 'layers', 'ratio'].includes(field))
        expect(new Set(drawn.map((genes) => genes[i])).size).toBe(choices.length);
    });
  });
});

describe('a space that no network fits is refused with its reason:', () => {
  test.each<[string, Partial<Space>, string]>([
    [
      'heads that do not divide a width',
      { operators: ['attention'], heads: [3] },
      'width of 8 does not divide into 3 heads',
    ],
    [
      'heads that do not divide half of a width, with LSRA',
      { operators: ['lsra-light'], heads: [8] },
      'width of 8 does not divide into 16',
    ],
    ['cross-attention heads', { crossHeads: [3] }, 'width of 8 does not divide into 3 cross-attention heads'],
    ['a feed-forward network without a channel', { ratios: [1, 0.05] }, 'width of 8 and a ratio of 0.05'],
    [
      'more choices than a digit of base 36 can name',
      { ratios: Array.from({ length: 37 }, (_, i) => 1 + i / 8) },
      '"ratios" has 37 choices',
    ],
    ['more inner widths', { inners: Array.from({ length: 37 }, (_, i) => 8 + i) }, '"inners" has 37 choices'],
    [
      'heads that do not divide query, key and value, which have a width of their own',
      { operators: ['attention'], attentionWidth: 18 },
      'An attention width of 18 does not divide into 4 heads.',
    ],
    [
      'heads that do not divide a width, whatever that of query, key and value',
      { operators: ['light'], heads: [3], attentionWidth: 24 },
      'A width of 8 does not divide into 3 heads.',
    ],
    ['a span beyond the encoder', { spans: [1, 3] }, 'span 3 of 2 encoder layers'],
  ])('%s', (_, change, message) => {
    const check = () => checkSpace({ ...smallSpace, ...change });
    expect(check).toThrow(SpaceError);
    expect(check).toThrow(message);
  });

  test('heads that divide query, key and value are fine whatever the width, and so are thin ratios beside inner widths', () => {
    const change: Partial<Space> = {
      operators: ['attention'],
      heads: [3],
      crossHeads: [9],
      ratios: [0.01],
      inners: [5],
    };
    expect(() => checkSpace({ ...smallSpace, ...change, attentionWidth: 18 })).not.toThrow();
  });

  test('heads that divide the width but not its half are fine without LSRA', () => {
    expect(() =>
      checkSpace({ ...smallSpace, operators: ['attention', 'light'] as Operator[], heads: [8] }),
    ).not.toThrow();
  });
});
