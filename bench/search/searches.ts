import { bestSeeds, type Problem, type Strategy } from '../../src/nas/search/problem.ts';
import type { EvolutionOptions } from '../../src/nas/search/evolution.ts';
import { successiveHalving } from '../../src/nas/search/halving.ts';
import { ranker } from '../../src/nas/search/ranker.ts';
import { strategies } from '../../src/nas/search/strategies.ts';
import type { Scored } from '../../src/nas/search/candidates.ts';
import type { TrainedNetwork } from '../../src/benchmark/trained-networks.ts';
import type { Genes } from '../../src/nas/space.ts';
import type { RandomStream } from '../../src/tensor/random.ts';
import type { TrainingBudget, Table } from './table.ts';

/** Finds a network of the table; what it trains on the way, the budget pays for. */
export type Search = (table: Table, budget: TrainingBudget, random: RandomStream) => Promise<TrainedNetwork>;

/** Updates after which curves have points, of which searches use a few. */
export interface Rungs {
  least: number;
  first: number;
  second: number;
  third: number;
  whole: number;
}

/** By name, in the order of the table that is printed. */
export function searches({ least, first, second, third, whole }: Rungs): Record<string, Search> {
  return {
    'random, one': async (table, _, random) => random.pick(table.networks),
    'random, whole trainings': byStrategy(bestSeeds, whole),
    [`random, ${second} updates each`]: byStrategy(bestSeeds, second),
    'evolution of Algorithm 1, whole trainings': byStrategy(bred('evolution'), whole),
    [`evolution of Algorithm 1, ${second} updates each`]: byStrategy(bred('evolution'), second),
    "HAT's evolution, whole trainings": byStrategy(bred('hat'), whole),
    [`HAT's evolution, ${second} updates each`]: byStrategy(bred('hat'), second),
    [`ranker by ${least} updates, its best by ${third}`]: byRanker(least, third),
    [`halving at ${first}, ${second}, ${third} updates`]: byHalving([first, second, third]),
  };
}

/** A supernet's ranking alone, and as a pool of halving: scores by genes, and what its training cost. */
export function supernetSearches(
  scores: ReadonlyMap<string, number>,
  updates: number,
  { first, second, third }: Rungs,
): Record<string, Search> {
  const ranked = (table: Table) =>
    [...table.networks]
      .filter(({ genes }) => scores.has(genes))
      .sort((a, b) => scores.get(a.genes)! - scores.get(b.genes)!);
  return {
    'supernet alone': async (table) => ranked(table)[0],
    'supernet, then halving': (table, budget) => {
      budget.pay(updates);
      return halve(table, budget, ranked(table), [first, second, third]);
    },
  };
}

/** The search's own code; a candidate is as good as the loss that its network has after `at` updates. */
function byStrategy(strategyFor: (affordable: number) => Strategy, at: number): Search {
  return async (table, budget, random) => {
    const affordable = Math.floor(budget.updates / at);
    const strategy = strategyFor(affordable);
    return bestOf(table, strategy.search(problem(table, budget, at, random), random));
  };
}

function bred(name: 'evolution' | 'hat'): (affordable: number) => Strategy {
  return (affordable) => {
    // Four generations of as many new ones: more generations would leave too few in each.
    const population = Math.max(4, Math.round(affordable / 3));
    const options: EvolutionOptions = {
      population,
      iterations: 3,
      parents: 0.25,
      mutants: 0.375,
      crossovers: 0.375,
      mutationProbability: 0.3,
    };
    const strategy = strategies[name](options);
    return {
      ...strategy,
      search: (given, random) => strategy.search({ ...given, seeds: given.seeds.slice(0, population) }, random),
    };
  };
}

function byRanker(label: number, last: number): Search {
  return async (table, budget, random) => {
    const best = ranker({
      labels: Math.floor((0.6 * budget.updates) / label),
      objective: 'pairwise',
      features: 'mixed',
      candidates: { random: 2000 },
      keep: 100,
    }).search(problem(table, budget, label, random), random);
    const networks = [...new Set(best.map(({ genes }) => table.networkOf(genes)))];
    return halve(table, budget, networks, [last]);
  };
}

function byHalving(at: readonly number[]): Search {
  return (table, budget, random) => halve(table, budget, shuffled(table.networks, random), at);
}

/** A third goes on from each rung, of as many as the budget pays for. */
async function halve(
  table: Table,
  budget: TrainingBudget,
  networks: readonly TrainedNetwork[],
  at: readonly number[],
): Promise<TrainedNetwork> {
  const costOfOne = at.reduce((sum, updates, i) => sum + (updates - (at[i - 1] ?? 0)) / 3 ** i, 0);
  const count = Math.max(1, Math.floor((budget.updates - budget.spent) / costOfOne));
  const genesOf = new Map(table.networks.map((network, i) => [network, table.genes[i]]));
  const { rankings } = await successiveHalving({
    candidates: networks.slice(0, count).map((network) => genesOf.get(network)!),
    keep: at.map((_, i) => Math.max(1, Math.round(count / 3 ** (i + 1)))),
    score: (candidates, rung) => Promise.resolve(scored(table, budget, candidates, at[rung])),
  });
  return bestOf(table, rankings.at(-1)!);
}

function problem(table: Table, budget: TrainingBudget, at: number, random: RandomStream): Problem {
  return {
    space: table.space,
    seeds: shuffled(table.genes, random),
    accepts: () => true,
    score: (candidates) => scored(table, budget, candidates, at),
  };
}

/** What cannot be paid for any more comes last. */
function scored(table: Table, budget: TrainingBudget, candidates: readonly Genes[], at: number): Scored[] {
  return candidates.map((genes) => ({ genes, score: budget.loss(table.networkOf(genes), at) ?? Infinity }));
}

function bestOf(table: Table, ranked: readonly Scored[]): TrainedNetwork {
  return table.networkOf(ranked[0].genes);
}

function shuffled<Item>(items: readonly Item[], random: RandomStream): Item[] {
  return Array.from(random.permutation(items.length), (i) => items[i]);
}
