import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { cross, evolution, type EvolutionOptions, mutate, nextGeneration } from '../../../src/nas/search/evolution.ts';
import { distinct, rank, rankWithin } from '../../../src/nas/search/candidates.ts';
import { anyOf, explore, type Score } from '../../support/search.ts';
import {
  formatGenes,
  genePositions,
  type Genes,
  paperSpace,
  parseGenes,
  sampleGenes,
  type Space,
} from '../../../src/nas/space.ts';
import { RandomStream } from '../../../src/tensor/random.ts';

const tinySpace: Space = {
  widths: [8],
  ratios: [1, 2],
  heads: [2],
  operators: ['attention', 'light'],
  activations: ['relu'],
  encoderLayers: 1,
  decoderLayers: [1],
  crossHeads: [2],
  spans: [1],
};
/** Two genes of two choices a cell, two cells. */
const tinySize = 2 ** 4;

const paperRates: EvolutionOptions = {
  population: 100,
  iterations: 3,
  parents: 0.3,
  mutants: 0.4,
  crossovers: 0.3,
  mutationProbability: 0.4,
};

/** A score that has nothing to do with the order of genes; small ones are few. */
const scoreOf = (genes: Genes): number => new RandomStream(5, formatGenes(genes)).float();
const score: Score = (candidates) => candidates.map((genes) => ({ genes, score: scoreOf(genes) }));

const samples = (space: Space, count: number, seed: number) => {
  const random = new RandomStream(seed, 'samples');
  return Array.from({ length: count }, () => sampleGenes(space, random));
};

const cases = fc.record({
  space: fc.constantFrom(tinySpace, paperSpace),
  seeds: fc.integer({ min: 1, max: 60 }),
  population: fc.integer({ min: 1, max: 40 }),
  iterations: fc.integer({ min: 0, max: 4 }),
  mutationProbability: fc.constantFrom(0, 0.1, 0.4, 1),
  shares: fc.constantFrom([0.3, 0.4, 0.3], [0.2, 0.4, 0.4], [0.5, 0.5, 0], [0.5, 0, 0.5], [1, 0, 0]),
  seed: fc.integer({ min: 0, max: 1e6 }),
});

describe('evolutionary exploration', () => {
  test('scores distinct genes of the space, keeps to n, ranks, and is never worse than the best seed', () => {
    fc.assert(
      fc.property(
        cases,
        ({
          space,
          seeds,
          population,
          iterations,
          mutationProbability,
          shares: [parents, mutants, crossovers],
          seed,
        }) => {
          const start = samples(space, seeds, seed);
          const sizes: number[] = [];
          const watched: Score = (candidates) => {
            sizes.push(candidates.length);
            expect(new Set(candidates.map(formatGenes)).size).toBe(candidates.length);
            for (const genes of candidates) expect(parseGenes(space, formatGenes(genes))).toEqual(genes);
            return score(candidates);
          };
          const result = explore(
            space,
            start,
            { population, iterations, parents, mutants, crossovers, mutationProbability },
            watched,
            new RandomStream(seed),
          );

          expect(sizes).toHaveLength(iterations + 1);
          expect(sizes[0]).toBe(new Set(start.map(formatGenes)).size);
          for (const size of sizes.slice(1)) expect(size).toBeLessThanOrEqual(population);
          expect(result.length).toBeLessThanOrEqual(population);
          expect(result.length).toBeGreaterThan(0);
          expect(new Set(result.map(({ genes }) => formatGenes(genes))).size).toBe(result.length);
          result.forEach((item, i) => expect(i === 0 || result[i - 1].score <= item.score).toBe(true));
          expect(result[0].score).toBeLessThanOrEqual(Math.min(...start.map(scoreOf)));
        },
      ),
      { numRuns: 60 },
    );
  });

  test('makes, of n = 100, 30 parents, 40 mutants and 30 crossovers, whatever the number of seeds', () => {
    const sizes: number[] = [];
    const watched: Score = (candidates) => {
      sizes.push(candidates.length);
      return score(candidates);
    };
    const result = explore(paperSpace, samples(paperSpace, 250, 1), paperRates, watched, new RandomStream(1));
    expect(sizes).toEqual([250, 100, 100, 100]);
    expect(result).toHaveLength(100);
  });

  test('without iterations gives the best n of the distinct seeds', () => {
    const start = samples(paperSpace, 30, 2);
    const result = explore(
      paperSpace,
      [...start, ...start],
      { ...paperRates, population: 10, iterations: 0 },
      score,
      new RandomStream(1),
    );
    expect(result.map((item) => item.score)).toEqual(
      start
        .map(scoreOf)
        .sort((a, b) => a - b)
        .slice(0, 10),
    );
  });

  test('finds the one optimum of a small space', () => {
    const all = distinct(samples(tinySpace, 1000, 3));
    expect(all).toHaveLength(tinySize);
    const best = Math.min(...all.map(scoreOf));
    const result = explore(
      tinySpace,
      all.slice(0, 2),
      { ...paperRates, population: 12, iterations: 8 },
      score,
      new RandomStream(4),
    );
    expect(result[0].score).toBe(best);
  });

  test('of a population larger than the space ends with all of the space, once', () => {
    const result = explore(
      tinySpace,
      samples(tinySpace, 3, 1),
      { ...paperRates, population: 500, iterations: 4 },
      score,
      new RandomStream(2),
    );
    expect(result).toHaveLength(tinySize);
  });

  test('looks at nothing that is not accepted, and draws other children instead', () => {
    const accept = (genes: readonly number[]) => genes[0] === 1;
    const looked: (readonly number[])[] = [];
    const watch: typeof score = (candidates) => {
      looked.push(...candidates);
      return score(candidates);
    };
    const result = explore(
      paperSpace,
      samples(paperSpace, 80, 1),
      { ...paperRates, population: 40 },
      watch,
      new RandomStream(2),
      { accepts: accept },
    );
    expect(looked.every(accept)).toBe(true);
    expect(result).toHaveLength(40);
    expect(
      explore(paperSpace, samples(paperSpace, 80, 1), paperRates, score, new RandomStream(2), { accepts: () => false }),
    ).toEqual([]);
  });

  test('repeats itself to the last gene from the same stream, and not from another', () => {
    const run = (seed: number) =>
      explore(paperSpace, samples(paperSpace, 50, 1), paperRates, score, new RandomStream(seed)).map(({ genes }) =>
        formatGenes(genes),
      );
    expect(run(1)).toEqual(run(1));
    expect(run(1)).not.toEqual(run(2));
  });

  test('reports the best of each iteration, which never gets worse', () => {
    const best: number[] = [];
    explore(paperSpace, samples(paperSpace, 80, 1), paperRates, score, new RandomStream(1), {
      onRanking(iteration, leader) {
        expect(iteration).toBe(best.length + 1);
        best.push(leader.score);
      },
    });

    expect(best).toHaveLength(3);
    best.forEach((value, i) => expect(i === 0 || value <= best[i - 1]).toBe(true));
  });
});

describe('a generation', () => {
  test('has the parents first, and nobody twice', () => {
    const parents = distinct(samples(paperSpace, 30, 1));
    const generation = nextGeneration(anyOf(paperSpace), parents, paperRates, new RandomStream(1));
    expect(generation.slice(0, 30)).toEqual(parents);
    expect(generation).toHaveLength(100);
    expect(distinct(generation)).toHaveLength(100);
  });

  test('of a single parent has mutants only', () => {
    const [parent] = samples(paperSpace, 1, 1);
    expect(nextGeneration(anyOf(paperSpace), [parent], paperRates, new RandomStream(1))).toHaveLength(1 + 40 + 30);
  });
});

describe('ranking within strata', () => {
  test('has the best of each stratum first, then the second of each, best first, whatever their numbers', () => {
    const scored = [5, 1, 4, 2, 3, 6].map((value, i) => ({ genes: [i % 2 === 0 ? 0 : 1, i], score: value }));
    // Stratum 0 has 3, 4, 5 and stratum 1 has 1, 2, 6.
    expect(rankWithin(scored, ([stratum]) => String(stratum)).map(({ score: value }) => value)).toEqual([
      1, 3, 2, 4, 5, 6,
    ]);
    const uneven = [...scored, { genes: [2, 9], score: 0.5 }];
    expect(rankWithin(uneven, ([stratum]) => String(stratum)).map(({ score: value }) => value)).toEqual([
      0.5, 1, 3, 2, 4, 5, 6,
    ]);
  });

  test('in an exploration keeps as many of each stratum as its population allows, among the parents too', () => {
    const widthOf = (genes: Genes) => String(genes[0]);
    const seeds = samples(paperSpace, 200, 1);
    // Without strata, the score would keep one width alone.
    const favour: Score = (candidates) => candidates.map((genes) => ({ genes, score: scoreOf(genes) + 10 * genes[0] }));
    const problem = { space: paperSpace, seeds, score: favour, accepts: () => true };
    const options: EvolutionOptions = { ...paperRates, population: 30 };
    const counts = (found: readonly { genes: Genes }[]) =>
      [0, 1, 2].map((width) => found.filter(({ genes }) => genes[0] === width).length);
    expect(counts(evolution(options).search(problem, new RandomStream(2)))[0]).toBeGreaterThan(20);
    const kept = counts(evolution(options).search({ ...problem, stratumOf: widthOf }, new RandomStream(2)));
    kept.forEach((count) => expect(count).toBeGreaterThanOrEqual(5));
  });
});

describe('mutation', () => {
  test('changes a gene of k choices with probability 0.4 · (1 − 1/k)', () => {
    const random = new RandomStream(21);
    const genes = sampleGenes(paperSpace, random);
    const draws = 4000;
    const changed = genes.map(() => 0);
    for (let i = 0; i < draws; i++)
      mutate(paperSpace, genes, 0.4, random).forEach((gene, at) => (changed[at] += gene === genes[at] ? 0 : 1));
    genePositions(paperSpace).forEach(({ choices }, at) => {
      const expected = 0.4 * (1 - 1 / choices.length);
      const deviation = Math.sqrt((expected * (1 - expected)) / draws);
      expect(Math.abs(changed[at] / draws - expected)).toBeLessThan(5 * deviation);
    });
  });

  test('at probability 0 changes nothing, and at 1 draws all anew', () => {
    const random = new RandomStream(22);
    const genes = sampleGenes(paperSpace, random);
    expect(mutate(paperSpace, genes, 0, random)).toEqual(genes);
    const same = Array.from({ length: 300 }, () => mutate(paperSpace, genes, 1, random)[0]).filter(
      (gene) => gene === genes[0],
    ).length;
    expect(same).toBeGreaterThan(60);
    expect(same).toBeLessThan(140);
  });
});

describe('crossover', () => {
  test('takes each gene from either parent, half from each', () => {
    const random = new RandomStream(23);
    const zeros = genePositions(paperSpace).map(() => 0);
    const ones = zeros.map(() => 1);
    let fromSecond = 0;
    for (let i = 0; i < 500; i++) fromSecond += cross(zeros, ones, random).reduce((a, b) => a + b);
    const total = 500 * zeros.length;
    expect(Math.abs(fromSecond / total - 0.5)).toBeLessThan(5 * Math.sqrt(0.25 / total));
  });

  test('of two parents holds no gene of a third', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const [first, second] = samples(paperSpace, 2, seed);
        cross(first, second, new RandomStream(seed)).forEach((gene, i) =>
          expect([first[i], second[i]]).toContain(gene),
        );
      }),
    );
  });
});

describe('a ranking', () => {
  test('puts infinite scores last and does not depend on the order it is given', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.constantFrom(1, 2, Infinity), fc.float({ noNaN: true, min: 0 })), {
          minLength: 1,
          maxLength: 15,
        }),
        fc.integer(),
        (scores, seed) => {
          const items = distinct(samples(paperSpace, scores.length, seed)).map((genes, i) => ({
            genes,
            score: scores[i],
          }));
          const order = new RandomStream(seed).permutation(items.length);
          const ranked = rank(items);
          expect(rank([...order].map((i) => items[i]))).toEqual(ranked);
          expect(ranked.map((item) => item.score)).toEqual(
            items.map((item) => item.score).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0)),
          );
        },
      ),
    );
  });

  test('puts a score that is not a number last', () => {
    const items = distinct(samples(paperSpace, 40, 9)).map((genes, i) => ({ genes, score: i % 3 === 0 ? NaN : i }));
    const ranked = rank(items).map((item) => item.score);
    const numbers = ranked.filter((value) => !Number.isNaN(value));
    expect(ranked.slice(0, numbers.length)).toEqual([...numbers].sort((a, b) => a - b));
  });
});
