import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { distinct, rank } from '../../../src/nas/search/candidates.ts';
import type { EvolutionOptions } from '../../../src/nas/search/evolution.ts';
import { hatEvolution } from '../../../src/nas/search/hat-evolution.ts';
import type { Problem } from '../../../src/nas/search/problem.ts';
import { randomSearch } from '../../../src/nas/search/random-search.ts';
import { strategies, type StrategyName, strategyNames } from '../../../src/nas/search/strategies.ts';
import { formatGenes, genePositions, type Genes, paperSpace, sampleGenes, type Space } from '../../../src/nas/space.ts';
import { RandomStream } from '../../../src/tensor/random.ts';
import { hatSpace } from '../../support/hat.ts';

const tinySpace: Space = {
  ...paperSpace,
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

/** HAT's on IWSLT'14: 25 parents, 50 mutants, 50 crossovers. */
const hats: EvolutionOptions = {
  population: 125,
  iterations: 30,
  parents: 0.2,
  mutants: 0.4,
  crossovers: 0.4,
  mutationProbability: 0.3,
};

/** Has nothing to do with the order of genes. */
const scoreOf = (genes: Genes): number => new RandomStream(5, formatGenes(genes)).float();
const samples = (space: Space, count: number, seed: number) => {
  const random = new RandomStream(seed, 'samples');
  return distinct(Array.from({ length: count }, () => sampleGenes(space, random)));
};

/** A problem that remembers what was ranked, ranking by ranking, of how many the best were wanted. */
function watched(space: Space, seeds: readonly Genes[], accepts: Problem['accepts'] = () => true) {
  const rankings: { candidates: readonly Genes[]; wanted?: number }[] = [];
  const scored = (candidates: readonly Genes[]) => candidates.map((genes) => ({ genes, score: scoreOf(genes) }));
  const problem: Problem = {
    space,
    seeds,
    accepts,
    score(candidates) {
      rankings.push({ candidates });
      return scored(candidates);
    },
    best(candidates, wanted) {
      rankings.push({ candidates, wanted });
      return rank(scored(candidates)).slice(0, wanted);
    },
  };
  return { problem, rankings };
}

describe.each(strategyNames)('the strategy "%s"', (name: StrategyName) => {
  const cases = fc.record({
    space: fc.constantFrom(tinySpace, paperSpace),
    count: fc.integer({ min: 1, max: 40 }),
    population: fc.integer({ min: 1, max: 30 }),
    iterations: fc.integer({ min: 0, max: 4 }),
    seed: fc.nat(1e6),
  });

  test('looks at accepted, distinct candidates alone, no more than it says, and gives the best of them with their scores', () => {
    fc.assert(
      fc.property(cases, ({ space, count, population, iterations, seed }) => {
        const accepts = (genes: Genes) => genes[1] === 0 || space === tinySpace;
        const { problem, rankings } = watched(space, samples(space, count, seed), accepts);
        const strategy = strategies[name]({ ...hats, population, iterations });
        const found = strategy.search(problem, new RandomStream(seed));
        const looked = rankings.flatMap(({ candidates }) => candidates);
        for (const { candidates } of rankings) expect(distinct(candidates)).toHaveLength(candidates.length);
        expect(looked.every(accepts)).toBe(true);
        expect(distinct(looked).length).toBeLessThanOrEqual(strategy.evaluations(problem));
        if (!problem.seeds.some(accepts)) return expect(found).toEqual([]);
        expect(found).toEqual(rank(found.map(({ genes }) => ({ genes, score: scoreOf(genes) }))));
        expect(found[0].score).toBe(Math.min(...looked.map(scoreOf)));
      }),
      { numRuns: 40 },
    );
  });

  test('finds the one optimum of a small space, and repeats itself from the same stream', () => {
    const all = samples(tinySpace, 1000, 3);
    expect(all).toHaveLength(2 ** 4);
    const { problem } = watched(tinySpace, all.slice(0, 2));
    const search = () =>
      strategies[name]({ ...hats, population: 20, iterations: 12 }).search(problem, new RandomStream(4));
    expect(search()[0].score).toBe(Math.min(...all.map(scoreOf)));
    expect(search()).toEqual(search());
  });
});

describe("HAT's evolution", () => {
  test('ranks 125 random subnets, then 25 parents, 50 mutants and 50 crossovers, 30 times in all, the last of them to the end', () => {
    const { problem, rankings } = watched(hatSpace, samples(hatSpace, 300, 1));
    const told: number[] = [];
    const strategy = hatEvolution(hats);
    const found = strategy.search(problem, new RandomStream(2), (iteration, { score }) => {
      expect(iteration).toBe(told.push(score));
    });
    expect(rankings).toHaveLength(30);
    expect(rankings.map(({ wanted }) => wanted)).toEqual([...Array<number>(29).fill(25), undefined]);
    const [first, ...later] = rankings.map(({ candidates }) => candidates);
    expect(first).toHaveLength(125);
    const seeds = new Set(problem.seeds.map(formatGenes));
    expect(first.every((genes) => seeds.has(formatGenes(genes)))).toBe(true);
    // Random ones of the seeds, not the first of them.
    expect(first.map(formatGenes)).not.toEqual(problem.seeds.slice(0, 125).map(formatGenes));
    // Hardly any child is another's double in a space of 10^15, unless the parents have become alike.
    later.forEach((candidates) => expect(candidates.length).toBeLessThanOrEqual(125));
    expect(later[0].length).toBeGreaterThan(120);
    expect(strategy.evaluations(problem)).toBe(125 + 29 * 100);
    expect(told).toHaveLength(30);
    told.forEach((score, i) => expect(i === 0 || score <= told[i - 1]).toBe(true));
    expect(found).toHaveLength(rankings.at(-1)!.candidates.length);
    expect(found[0].score).toBe(told.at(-1));
  });

  test('counts a child that is like another: without changes, copies of the best take the places of the others', () => {
    const copying: EvolutionOptions = {
      population: 20,
      iterations: 60,
      parents: 0.5,
      mutants: 0.5,
      crossovers: 0,
      mutationProbability: 0,
    };
    const { problem, rankings } = watched(paperSpace, samples(paperSpace, 20, 1));
    const found = hatEvolution(copying).search(problem, new RandomStream(2));
    const numbers = rankings.map(({ candidates }) => candidates.length);
    numbers.forEach((number, i) => expect(i === 0 || number <= numbers[i - 1]).toBe(true));
    expect(numbers[1]).toBe(10);
    expect(found.map(({ score }) => score)).toEqual([Math.min(...problem.seeds.map(scoreOf))]);
  });

  test('draws children until they are accepted, however few are', () => {
    const at = genePositions(hatSpace).findIndex(({ part, field }) => part === 'decoder' && field === 'layers');
    const accepts = (genes: Genes) => genes[at] === 5;
    const { problem, rankings } = watched(hatSpace, samples(hatSpace, 2000, 1), accepts);
    hatEvolution({ ...hats, mutationProbability: 1, iterations: 4 }).search(problem, new RandomStream(3));
    // Of mutants that are all drawn anew, a sixth has that depth.
    expect(rankings.map(({ candidates }) => candidates.length)).toEqual([125, 125, 125, 125]);
  });
});

describe('random search', () => {
  test('gives the best of the seeds and of as many random subnets as Algorithm 1 breeds children', () => {
    const { problem, rankings } = watched(paperSpace, samples(paperSpace, 50, 1));
    const options = { ...hats, population: 30, iterations: 4 };
    const found = randomSearch(options).search(problem, new RandomStream(2));
    expect(rankings).toHaveLength(1);
    const [{ candidates }] = rankings;
    expect(candidates).toHaveLength(50 + 4 * (12 + 12));
    expect(candidates.slice(0, 50)).toEqual(problem.seeds);
    expect(randomSearch(options).evaluations(problem)).toBe(strategies.evolution(options).evaluations(problem));
    expect(found.map(({ score }) => score)).toEqual(
      candidates
        .map(scoreOf)
        .sort((a, b) => a - b)
        .slice(0, 30),
    );
    // Uniform over the space: no choice of three is missing from 96 draws (once in 10^16).
    const drawn = candidates.slice(50);
    genePositions(paperSpace).forEach(({ choices }, i) =>
      expect(new Set(drawn.map((genes) => genes[i])).size).toBe(choices.length),
    );
  });
});
