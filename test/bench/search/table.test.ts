import { describe, expect, test } from '@jest/globals';
import { searches } from '../../../bench/search/searches.ts';
import { TrainingBudget, Table } from '../../../bench/search/table.ts';
import { readTrainings } from '../../../src/benchmark/data-file.ts';
import { networksOf } from '../../../src/benchmark/trained-networks.ts';
import { parseGenes, sampleGenes } from '../../../src/nas/space.ts';
import { RandomStream } from '../../../src/tensor/random.ts';

const trainings = readTrainings('benchmarks/mixed-ops/trainings.json');
const { networks } = networksOf(trainings);
const table = new Table(trainings.space, networks, (genes) => parseGenes(trainings.space, genes));

describe('networks whose trainings are known', () => {
  test('each stand for themselves, and for whatever is nearest', () => {
    table.genes.forEach((genes, i) => expect(table.networkOf(genes)).toBe(networks[i]));
    const random = new RandomStream(1);
    for (let i = 0; i < 50; i++) expect(networks).toContain(table.networkOf(sampleGenes(table.space, random)));
  });
});

describe('a budget', () => {
  const [one, other] = networks;
  const [[early, earlyLoss], [late]] = one.rows[0].curve;

  test('is charged once for each update of a network, which goes on from its own weights', () => {
    const budget = new TrainingBudget(late + early, 0);
    expect(budget.loss(one, early)).toBe(earlyLoss);
    budget.loss(one, late);
    expect(budget.spent).toBe(late);
    expect(budget.loss(one, early)).toBe(earlyLoss);
    expect(budget.spent).toBe(late);
    budget.loss(other, early);
    expect(budget.spent).toBe(late + early);
  });

  test('gives nothing that it cannot pay for', () => {
    const budget = new TrainingBudget(late, 0);
    budget.loss(one, early);
    expect(budget.loss(other, late)).toBeUndefined();
    expect(budget.spent).toBe(early);
  });
});

const points = networks[0].rows[0].curve.map(([update]) => update);
const all = searches({
  least: points[0],
  first: points[1],
  second: points[3],
  third: points[7],
  whole: points.at(-1)!,
});

test.each(Object.entries(all))('%s: spends no more than it may, and finds the same again', async (_, search) => {
  const run = async () => {
    const budget = new TrainingBudget(13_000, 0);
    const found = await search(table, budget, new RandomStream(1, 'search'));
    expect(budget.spent).toBeLessThanOrEqual(13_000);
    return found;
  };
  const found = await run();
  expect(networks).toContain(found);
  expect(await run()).toBe(found);
});
