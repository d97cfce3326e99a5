import { describe, expect, test } from '@jest/globals';
import { countParameters } from '../../../src/nas/counts.ts';
import { featuresOf } from '../../../src/nas/features.ts';
import type { Problem } from '../../../src/nas/search/problem.ts';
import { ranker, type RankerOptions } from '../../../src/nas/search/ranker.ts';
import {
  architectureOf,
  formatGenes,
  genePositions,
  type Genes,
  networkKey,
  paperSpace,
  sampleGenes,
  SpaceError,
} from '../../../src/nas/space.ts';
import { RandomStream } from '../../../src/tensor/random.ts';

const config = {
  sourceTypes: 10,
  targetTypes: 10,
  kernels: [3],
  norm: 'post' as const,
  dropout: 0,
  weightDropout: 0,
};

/** Deep decoders, wide ones and an operator are good. */
function lossOf(genes: Genes): number {
  const features = featuresOf(architectureOf(paperSpace, genes), 'mixed');
  return 4 - features[5] / 6 - features[4] / 320 - features[18];
}
const sizeOf = (genes: Genes) => countParameters(config, architectureOf(paperSpace, genes)).layers;
const drawn = (name: string, count: number) => {
  const random = new RandomStream(1, name);
  return Array.from({ length: count }, () => sampleGenes(paperSpace, random));
};
const limit = 6e6;
const options: RankerOptions = {
  labels: 200,
  objective: 'regression',
  features: 'mixed',
  candidates: { random: 1500 },
  keep: 15,
};
const bred = { population: 60, iterations: 6, parents: 0.3, mutants: 0.4, crossovers: 0.3, mutationProbability: 0.4 };

function run(changes: Partial<RankerOptions>, seeds = drawn('seeds', 250)) {
  let scored = 0;
  const taus: (number | undefined)[] = [];
  const kept: (string[] | undefined)[] = [];
  const problem: Problem = {
    space: paperSpace,
    seeds,
    accepts: (genes) => sizeOf(genes) <= limit,
    score(candidates) {
      scored += candidates.length;
      return candidates.map((genes) => ({ genes, score: lossOf(genes) }));
    },
  };
  const strategy = ranker({
    ...options,
    onFitted({ tau, features }) {
      taus.push(tau);
      kept.push(features);
    },
    ...changes,
  });
  const found = strategy.search(problem, new RandomStream(1, 'search'));
  return { found, scored, taus, kept, most: strategy.evaluations(problem) };
}

/** Losses of random networks within the limit, ascending. */
const others = drawn('others', 1000)
  .filter((genes) => sizeOf(genes) <= limit)
  .map(lossOf)
  .sort((a, b) => a - b);

describe.each([
  ['trees of losses, random candidates', {}],
  ['trees of pairs, random candidates', { objective: 'pairwise' }],
  ['trees of losses, bred candidates', { candidates: bred }],
  [
    'trees of pairs, random candidates that differ by what matters',
    { objective: 'pairwise', prune: { features: 3, by: 'permutation' } },
  ],
] satisfies [string, Partial<RankerOptions>][])('a ranker with %s', (_, changes) => {
  const { found, scored, taus, most } = run(changes);

  test('finds networks that are among the best, and scores no more than it learns from', () => {
    expect(found).toHaveLength(options.keep);
    const mean = found.reduce((sum, { genes }) => sum + lossOf(genes), 0) / found.length;
    expect(mean).toBeLessThan(others[Math.floor(others.length / 20)]);
    expect(scored).toBeLessThanOrEqual(most);
    expect(taus).toEqual([expect.closeTo(0.9, 0)]);
  });

  test('gives distinct networks within the limit, in the order of its scores', () => {
    expect(new Set(found.map(({ genes }) => networkKey(architectureOf(paperSpace, genes)))).size).toBe(options.keep);
    found.forEach(({ genes }) => expect(sizeOf(genes)).toBeLessThanOrEqual(limit));
    found.slice(1).forEach(({ score }, i) => expect(score).toBeGreaterThanOrEqual(found[i].score));
  });
});

describe.each(['tau', 'permutation'] as const)('a space that is pruned by %s', (by) => {
  const matter = ['decoder width', 'decoder layers', 'decoder attention'];
  const varies = genePositions(paperSpace).map(
    ({ part, field }) => part === 'decoder' && ['width', 'layers', 'operator'].includes(field),
  );

  test.each([{ random: 1500 }, bred])('keeps the features that the losses are made of, %j', (candidates) => {
    const { found, kept } = run({ candidates, prune: { features: 3, by } });
    expect(kept).toEqual([expect.arrayContaining(matter)]);
    const [first] = found;
    const learned = drawn('seeds', 250)
      .filter((genes) => sizeOf(genes) <= limit)
      .slice(0, options.labels)
      .sort((a, b) => lossOf(a) - lossOf(b))[0];
    for (const { genes } of found) {
      genes.forEach((gene, i) => {
        if (!varies[i]) expect(gene).toBe(learned[i]);
      });
    }
    expect(found.some(({ genes }) => genes.some((gene, i) => gene !== first.genes[i]))).toBe(true);
  });
});

test('a ranker learns from as many networks as it is told, of the seeds first', () => {
  expect(run({}).scored).toBe(200);
  expect(run({}, drawn('few', 30)).scored).toBe(200);
});

test('a ranker repeats itself', () => {
  const genes = ({ found }: ReturnType<typeof run>) => found.map((item) => formatGenes(item.genes));
  expect(genes(run({}))).toEqual(genes(run({})));
});

test('a ranker does not learn from next to nothing, and gives nothing where nothing is accepted', () => {
  expect(() => run({ labels: 49 })).toThrow(SpaceError);
  const same = { space: paperSpace, seeds: drawn('same', 60), accepts: () => true };
  const score = (candidates: readonly Genes[]) => candidates.map((genes) => ({ genes, score: 1 }));
  expect(() => ranker(options).search({ ...same, score }, new RandomStream(1))).toThrow(/nothing to do with/);
  const problem = { space: paperSpace, seeds: drawn('few', 30), accepts: () => false, score: () => [] };
  expect(ranker(options).search(problem, new RandomStream(1))).toEqual([]);
});
