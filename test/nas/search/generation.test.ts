import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type EvolutionOptions, generationSizes, nextGeneration } from '../../../src/nas/search/evolution.ts';
import { anyOf, explore, type Score } from '../../support/search.ts';
import { formatGenes, genePositions, type Genes, paperSpace, sampleGenes, type Space } from '../../../src/nas/space.ts';
import { RandomStream } from '../../../src/tensor/random.ts';
import { binomialBounds } from '../../support/statistics.ts';

const paperRates: EvolutionOptions = {
  population: 5000,
  iterations: 3,
  parents: 0.3,
  mutants: 0.4,
  crossovers: 0.3,
  mutationProbability: 0.4,
};
const score: Score = (candidates) =>
  candidates.map((genes) => ({ genes, score: new RandomStream(8, formatGenes(genes)).float() }));

function expectBinomial(count: number, n: number, p: number): void {
  const { least, most } = binomialBounds(n, p);
  expect(count).toBeGreaterThanOrEqual(least);
  expect(count).toBeLessThanOrEqual(most);
}

describe('the exact bounds of a binomial distribution', () => {
  test('leave out as much as they say, by a sum over all outcomes of few trials', () => {
    const choose = (n: number, k: number): number => (k === 0 ? 1 : (choose(n - 1, k - 1) * n) / k);
    for (const [n, p, tail] of [
      [10, 0.5, 0.01],
      [12, 0.1, 0.05],
      [7, 0.9, 0.001],
    ]) {
      const probability = (k: number) => choose(n, k) * p ** k * (1 - p) ** (n - k);
      const { least, most } = binomialBounds(n, p, tail);
      const sum = (from: number, to: number) =>
        Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => probability(from + i)).reduce((a, b) => a + b, 0);
      expect(sum(0, least - 1)).toBeLessThanOrEqual(tail);
      expect(sum(0, least)).toBeGreaterThan(tail);
      expect(sum(most + 1, n)).toBeLessThanOrEqual(tail);
      expect(sum(most, n)).toBeGreaterThan(tail);
    }
  });
});

describe('the sizes of a generation', () => {
  test("are 1,500 parents, 2,000 mutants and 1,500 crossovers of the paper's 5,000", () => {
    expect(generationSizes(paperRates)).toEqual({ parents: 1500, mutants: 2000, crossovers: 1500 });
  });

  test('add up to n, each less than 1 from its share, with at least one parent', () => {
    const shares = fc.tuple(
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 0, max: 20 }),
      fc.integer({ min: 0, max: 20 }),
    );
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), shares, (population, [p, m, c]) => {
        const whole = p + m + c;
        const sizes = generationSizes({
          ...paperRates,
          population,
          parents: p / whole,
          mutants: m / whole,
          crossovers: c / whole,
        });
        expect(sizes.parents + sizes.mutants + sizes.crossovers).toBe(population);
        expect(sizes.parents).toBeGreaterThanOrEqual(1);
        const close = (size: number, share: number) => Math.abs(size - (share / whole) * population) < 1 + 1e-9;
        expect([close(sizes.parents, p), close(sizes.mutants, m), close(sizes.crossovers, c)]).toEqual([
          true,
          true,
          true,
        ]);
        if (c === 0) expect(sizes.crossovers).toBe(0);
      }),
    );
  });

  test('are those of every population that is ranked after the seeds, and of the result', () => {
    for (const population of [1, 2, 5, 8, 23, 40]) {
      const ranked: number[] = [];
      const random = new RandomStream(population, 'seeds');
      const seeds = Array.from({ length: 60 }, () => sampleGenes(paperSpace, random));
      const result = explore(
        paperSpace,
        seeds,
        { ...paperRates, population },
        (candidates) => {
          ranked.push(candidates.length);
          return score(candidates);
        },
        new RandomStream(1),
      );
      expect(ranked).toEqual([60, population, population, population]);
      expect(result).toHaveLength(population);
    }
  });
});

describe('the parents of a generation', () => {
  test('are the best p·n of the one before, and its first members', () => {
    const generations: Genes[][] = [];
    const random = new RandomStream(3, 'seeds');
    const seeds = Array.from({ length: 90 }, () => sampleGenes(paperSpace, random));
    explore(
      paperSpace,
      seeds,
      { ...paperRates, population: 50 },
      (candidates) => {
        generations.push([...candidates]);
        return score(candidates);
      },
      new RandomStream(2),
    );
    expect(generations).toHaveLength(4);
    generations.slice(1).forEach((generation, i) => {
      const before = score(generations[i])
        .toSorted((a, b) => a.score - b.score)
        .slice(0, 15);
      expect(generation.slice(0, 15)).toEqual(before.map(({ genes }) => genes));
    });
  });
});

describe('the children of a generation', () => {
  /** Parent i has choice i wherever there are four, so that a child's genes tell whose they are. */
  const marked: Space = {
    widths: [8, 16, 32, 64],
    ratios: [1, 2, 3, 4],
    heads: [1, 2, 4, 8],
    operators: ['attention', 'light', 'dynamic', 'lsra-light'],
    activations: ['relu'],
    encoderLayers: 4,
    decoderLayers: [1, 2, 3, 4],
    crossHeads: [1, 2, 4, 8],
    spans: [1, 2, 3, 4],
  };
  const positions = genePositions(marked);
  const four = positions.flatMap(({ choices }, at) => (choices.length === 4 ? [at] : []));
  const parents = [0, 1, 2, 3].map((choice) => positions.map(({ choices }) => (choices.length === 4 ? choice : 0)));
  const options: EvolutionOptions = { ...paperRates, population: 6000 };
  const generation = nextGeneration(anyOf(marked), parents, options, new RandomStream(17));
  const { mutants: mutantCount, crossovers: crossoverCount } = generationSizes(options);
  const mutants = generation.slice(4, 4 + mutantCount);
  const crossovers = generation.slice(4 + mutantCount);
  const countOf = (genes: Genes, choice: number) => four.filter((at) => genes[at] === choice).length;

  test('by mutation keep a gene of four choices with probability 0.6 + 0.4/4, a redraw being free to repeat', () => {
    expect(mutants).toHaveLength(mutantCount);
    // 70 % of about forty genes are one parent's: no other choice comes near.
    const parentOf = (genes: Genes) => [0, 1, 2, 3].toSorted((a, b) => countOf(genes, b) - countOf(genes, a))[0];
    const kept = four.map((at) => mutants.filter((genes) => genes[at] === parentOf(genes)).length);
    for (const count of kept) expectBinomial(count, mutantCount, 0.7);
    expectBinomial(
      kept.reduce((a, b) => a + b),
      mutantCount * four.length,
      0.7,
    );
    // A redraw is uniform: each of the three other choices is as likely.
    for (const distance of [1, 2, 3]) {
      const moved = mutants.reduce((sum, genes) => sum + countOf(genes, (parentOf(genes) + distance) % 4), 0);
      expectBinomial(moved, mutantCount * four.length, 0.1);
    }
    for (const parent of [0, 1, 2, 3])
      expectBinomial(mutants.filter((genes) => parentOf(genes) === parent).length, mutantCount, 1 / 4);
  });

  test('by crossover have each gene from either of two parents, each pair as likely', () => {
    expect(crossovers).toHaveLength(crossoverCount);
    const pairs = new Map<string, Genes[]>();
    for (const genes of crossovers) {
      const key = [...new Set(four.map((at) => genes[at]))].sort().join();
      pairs.set(key, [...(pairs.get(key) ?? []), genes]);
    }
    expect([...pairs.keys()].sort()).toEqual(['0,1', '0,2', '0,3', '1,2', '1,3', '2,3']);
    for (const [key, children] of pairs) {
      expectBinomial(children.length, crossoverCount, 1 / 6);
      const [first] = key.split(',').map(Number);
      for (const at of four)
        expectBinomial(children.filter((genes) => genes[at] === first).length, children.length, 1 / 2);
    }
  });
});

describe('a whole exploration', () => {
  test("in the paper's space asks for no candidate twice within a ranking, and in the next for parents of the one before and new children", () => {
    const asked = new Map<string, number>();
    const random = new RandomStream(4, 'seeds');
    const seeds = Array.from({ length: 120 }, () => sampleGenes(paperSpace, random));
    const options: EvolutionOptions = { ...paperRates, population: 60 };
    let rankings = 0;
    let previous: string[] = [];
    explore(
      paperSpace,
      [...seeds, ...seeds],
      options,
      (candidates) => {
        const names = candidates.map(formatGenes);
        expect(new Set(names).size).toBe(names.length);
        const { parents } = generationSizes(options);
        if (rankings++ > 0) {
          expect(names.slice(0, parents).every((name) => previous.includes(name))).toBe(true);
          expect(names.slice(parents).some((name) => names.slice(0, parents).includes(name))).toBe(false);
        }
        previous = names;
        names.forEach((name) => asked.set(name, (asked.get(name) ?? 0) + 1));
        return score(candidates);
      },
      new RandomStream(6),
    );
    expect(rankings).toBe(options.iterations + 1);
    expect(asked.size).toBeGreaterThan(120 + 2 * 60);
  });
});
