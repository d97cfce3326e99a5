// What candidates of a real shrink save by being evaluated together: npm run bench shrink [PIPELINE] [STAGE]
//
// Takes a stage of the last run of a pipeline (`shrink.1` of quickstart unless told; `search` will do too) and goes
// through its rankings once more: the same supernet, seeds, validation sample, parameters and random stream, so the
// same populations. What is new in each is evaluated in both ways, in turn. "operations" are multiply-adds. Beside the
// tree of shared beginnings, scores of parents are known from the ranking before: the last line counts each whole
// population evaluated one by one, as the algorithm is printed.
import { boundsOf } from '../src/nas/costs/bounds.ts';
import { Evaluator } from '../src/nas/evaluator.ts';
import { validationLoss } from '../src/model/validation.ts';
import { evolution } from '../src/nas/search/evolution.ts';
import { architectureOf, type Genes } from '../src/nas/space.ts';
import { evaluateSharing } from '../src/nas/shared-evaluation.ts';
import { workOf } from '../src/nas/work.ts';
import type { Architecture } from '../src/model/architecture.ts';
import { RandomStream } from '../src/tensor/random.ts';
import { readSampleSpace } from '../src/artifacts/sample-space.ts';
import { drawSample } from '../src/batching/validation-sample.ts';
import { openRanking } from './support/made-stage.ts';
import { median } from './support/statistics.ts';

const [pipeline = 'quickstart', stage = 'shrink.1'] = process.argv.slice(2);
const { engine, params, seed, corpus, folderOfSeeds, space, sample, supernet } = await openRanking(pipeline, stage);
const seeds = readSampleSpace(folderOfSeeds).candidates!;
const batches = drawSample(corpus, sample, engine.partTokens);
const terms = { ...supernet, batches, labelSmoothing: sample.labelSmoothing };
console.log(
  `${pipeline}, ${stage} on ${engine.name} ${engine.versions.training}: ${seeds.length} seeds, `
    + `${batches.reduce((sum, { tokens }) => sum + tokens, 0)} target tokens of validation`,
);

const total = { shared: 0, separate: 0, population: 0 };
const ratios: number[] = [];
const known = new Set<string>();
const evaluator = new Evaluator(space, terms, {
  labelSmoothing: sample.labelSmoothing,
  penalty: params.penalty,
  bounds: boundsOf(params),
});
evolution(params).search(
  {
    space,
    seeds,
    accepts: evaluator.accepts,
    score(candidates) {
      compare(candidates);
      return evaluator.score(candidates);
    },
  },
  new RandomStream(seed.value, seed.stream, 'evolution'),
);
console.log(
  `all rankings: ${(total.separate / total.shared).toFixed(2)} times fewer operations, time ratio `
    + `${median(ratios).toFixed(2)} (median of the rankings)`,
);
console.log(
  `with parents' known scores: ${(total.population / total.shared).toFixed(2)} times fewer than each population `
    + 'for itself',
);

/** Both ways for those of a population whose losses are not known yet. */
function compare(candidates: readonly Genes[]): void {
  const all = candidates.map((genes) => architectureOf(space, genes));
  const fresh = new Map(
    all
      .map((architecture) => [JSON.stringify(architecture), architecture])
      .filter(([text]) => !known.has(text as string)) as [string, Architecture][],
  );
  const networks = [...fresh.values()];
  const alone: number[] = [];
  const separately = seconds(() =>
    networks.forEach((network, i) => {
      alone[i] = validationLoss(terms.config, network, terms.weights, batches, terms.labelSmoothing).smoothed;
    }),
  );
  const work = workOf(terms, networks);
  const together: number[] = [];
  const jointly = seconds(() => {
    evaluateSharing(terms, networks, (i, { smoothed, tokens }) => {
      together[i] = smoothed / tokens;
    });
  });
  const different = alone.filter(
    (loss, i) => loss !== together[i] && !(Number.isNaN(loss) && Number.isNaN(together[i])),
  ).length;
  console.log(
    `  ${String(candidates.length).padStart(5)} candidates, ${String(networks.length).padStart(5)} new `
      + `networks: ${(work.separate / work.shared).toFixed(2)} times fewer operations, `
      + `${separately.toFixed(1)} s → ${jointly.toFixed(1)} s, ratio ${(separately / jointly).toFixed(2)}; `
      + `${different === 0 ? 'losses equal to the last bit' : `${different} LOSSES DIFFER`}`,
  );
  if (different > 0) process.exitCode = 1;
  networks.forEach((network) => known.add(JSON.stringify(network)));
  ratios.push(separately / jointly);
  total.shared += work.shared;
  total.separate += work.separate;
  total.population += (work.separate / Math.max(networks.length, 1)) * candidates.length;
}

function seconds(run: () => void): number {
  const start = performance.now();
  run();
  return (performance.now() - start) / 1000;
}
