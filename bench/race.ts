// What racing saves in rankings, and what it gets wrong: npm run bench race [PIPELINE] [STAGE] [REPEATS]
//
// Takes a stage of the last run of a pipeline (`shrink.1` of quickstart unless told; `search` will do too) and evolves
// populations from its seeds, on its supernet, validation sample and parameters, with REPEATS random streams (10 unless
// told). Every ranking is made in both ways: all candidates on all sentences, and raced. "operations" are multiply-adds.
// "others" are members that the race kept in place of one of the full ranking's best; the aims are at most 1 in 100 of
// them, and the best kept in 99 of 100 rankings.
import { drawBlocks } from '../src/batching/validation-sample.ts';
import { boundsOf } from '../src/nas/costs/bounds.ts';
import { Evaluator } from '../src/nas/evaluator.ts';
import { readSeeds } from '../src/exploration/seeds.ts';
import type { SentenceLosses } from '../src/nas/race.ts';
import type { Scored } from '../src/nas/search/candidates.ts';
import { evolution, generationSizes } from '../src/nas/search/evolution.ts';
import { formatGenes, type Genes } from '../src/nas/space.ts';
import { RandomStream } from '../src/tensor/random.ts';
import { openRanking } from './support/made-stage.ts';
import { median } from './support/statistics.ts';

const [pipeline = 'quickstart', stage = 'shrink.1', repeats = '10'] = process.argv.slice(2);
const { engine, params, seed, corpus, folderOfSeeds, space, sample, supernet } = await openRanking(pipeline, stage);
const blocks = drawBlocks(corpus, sample, engine.partTokens);
const batches = blocks.flat();
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
console.log(
  `${pipeline}, ${stage} on ${engine.name} ${engine.versions.training}: ${sum(batches.map(({ tokens }) => tokens))} target `
    + `tokens in ${blocks.length} blocks, the best ${generationSizes(params).parents} of a population of `
    + `${params.population} kept`,
);

interface Ranking {
  kept: number;
  others: number;
  isBestKept: boolean;
  /** Operations of the full ranking over those of the race, of networks that no ranking before it has seen. */
  saving: number;
}
const rankings: Ranking[] = [];
for (let repeat = 0; repeat < Number(repeats); repeat++) evolve(`race ${repeat}`);

const kept = sum(rankings.map((ranking) => ranking.kept));
const others = sum(rankings.map((ranking) => ranking.others));
console.log(
  `${rankings.length} rankings: ${others} of ${kept} kept members are others `
    + `(${((100 * others) / kept).toFixed(2)} %), the best is kept in ${rankings.filter(({ isBestKept }) => isBestKept).length}; `
    + `${median(rankings.map(({ saving }) => saving)).toFixed(2)} times fewer operations (median; `
    + `${Math.min(...rankings.map(({ saving }) => saving)).toFixed(2)} to `
    + `${Math.max(...rankings.map(({ saving }) => saving)).toFixed(2)})`,
);

/** Goes on with the full ranking's best, so that both ways see the same populations. */
function evolve(stream: string): void {
  const evaluator = new Evaluator(
    space,
    { ...supernet, batches },
    { labelSmoothing: sample.labelSmoothing, penalty: params.penalty, bounds: boundsOf(params) },
    { race: { blocks, kept: memory() } },
  );
  evolution(params).search(
    {
      space,
      seeds: readSeeds(folderOfSeeds, space, evaluator, params.population, { ...seed, stream }),
      accepts: evaluator.accepts,
      score: evaluator.score,
      best: (candidates, count) => compare(evaluator, candidates, count),
    },
    new RandomStream(seed.value, stream, 'evolution'),
  );
}

function compare(evaluator: Evaluator, candidates: readonly Genes[], count: number): Scored[] {
  const before = { ...evaluator.work };
  const raced = evaluator.best(candidates, count);
  const saving = (evaluator.work.separate - before.separate) / (evaluator.work.shared - before.shared);
  // Not less than all: nobody is ruled out of so many.
  const full = evaluator.best(candidates, candidates.length - 1).slice(0, count);
  const names = new Set(full.map(({ genes }) => formatGenes(genes)));
  const others = raced.filter(({ genes }) => !names.has(formatGenes(genes))).length;
  const isBestKept = raced.some(({ genes }) => formatGenes(genes) === formatGenes(full[0].genes));
  rankings.push({ kept: count, others, isBestKept, saving });
  return full;
}

function memory(): SentenceLosses {
  const losses = new Map<string, Float32Array>();
  const keyOf = (network: string, block: number) => `${block} ${network}`;
  return {
    get: (network, block) => losses.get(keyOf(network, block)),
    set: (network, block, values) => losses.set(keyOf(network, block), values),
  };
}
