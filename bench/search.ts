/**
 * What each way to search finds for the same cost, on networks whose trainings are known:
 *
 *     npm run bench search [seeds=5] [budget=13000] [data=FILE] [supernet=FILE]
 *
 * Searches run their own code; a candidate stands for the network nearest to it among the random ones of
 * benchmarks/mixed-ops, and its loss after so many updates is looked up instead of trained for. All may spend `budget`
 * updates of training, the final one of what is found, with a seed of its own, not counted. `supernet` is the
 * `ranking-quality` artifact of a run of rank.json5 or remedies.json5.
 *
 * Printed are the final loss of what is found, its mean over `seeds` searches with the 95 % t-interval, and how much
 * worse that is than the best network of the table. With one seed of trainings, what is found has the very training that
 * the search saw, and losses are too good for all of them.
 */
import { readFileSync } from 'node:fs';
import { readTrainings } from '../src/benchmark/data-file.ts';
import { networksOf } from '../src/benchmark/trained-networks.ts';
import { parseGenes } from '../src/nas/space.ts';
import { meanOf } from '../src/statistics/mean.ts';
import { spreadOf } from '../src/statistics/student.ts';
import { RandomStream } from '../src/tensor/random.ts';
import type { RankingQualityDocument } from '../schemas/types.ts';
import { searches, supernetSearches } from './search/searches.ts';
import { TrainingBudget, Table } from './search/table.ts';

const given = Object.fromEntries(process.argv.slice(2).map((word) => word.split('=') as [string, string]));
const { data = 'benchmarks/mixed-ops/trainings.json', supernet } = given;
const [repeats, updates] = [Number(given.seeds ?? 5), Number(given.budget ?? 13000)];

const trainings = readTrainings(data);
const { networks, seeds } = networksOf(trainings);
const table = new Table(
  trainings.space,
  networks.filter(({ name }) => name === undefined),
  (genes) => parseGenes(trainings.space, genes),
);
const points = networks[0].rows[0].curve.map(([update]) => update);
const rungs = { least: points[0], first: points[1], second: points[3], third: points[7], whole: points.at(-1)! };

const all = searches(rungs);
if (supernet !== undefined) {
  const quality = JSON.parse(readFileSync(supernet, 'utf8')) as RankingQualityDocument;
  const scores = new Map(quality.scatter.map(({ genes, predicted }) => [genes, predicted]));
  Object.assign(all, supernetSearches(scores, quality.predictor.updates ?? 0, rungs));
}

const best = Math.min(...table.networks.map(({ final }) => final));
console.log(
  `${table.networks.length} random networks, trainings with ${seeds.length} seeds, final losses from ${best.toFixed(3)}, mean `
    + `${meanOf(table.networks.map(({ final }) => final)).toFixed(3)}; ${updates} updates a search, ${repeats} searches each`,
);
for (const [name, search] of Object.entries(all)) {
  const losses: number[] = [];
  const costs: number[] = [];
  for (let repeat = 1; repeat <= repeats; repeat++) {
    const budget = new TrainingBudget(updates, repeat % seeds.length);
    const found = await search(table, budget, new RandomStream(repeat, 'search', name));
    losses.push(budget.outcome(found));
    costs.push(budget.spent);
  }
  const { mean, interval } = spreadOf(losses, 0.95);
  const range = interval ? ` (${interval.low.toFixed(3)} to ${interval.high.toFixed(3)})` : '';
  console.log(
    `  ${name.padEnd(48)} ${mean.toFixed(3)}${range}, ${(mean - best).toFixed(3)} above the best; `
      + `${Math.round(meanOf(costs))} updates`,
  );
}
