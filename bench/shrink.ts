// What candidates of a real shrink save by being evaluated together: npm run bench shrink [PIPELINE] [population=N] [iterations=N] [tokens=N]
//
// Takes the first shrink of a pipeline that has run (quickstart unless told): its supernet after the first round of training and the
// subnets that were sampled there. Algorithm 1 runs on them once more; each ranking's population is evaluated in both ways, in turn.
// "operations" are multiply-adds. Beside the tree of shared beginnings, scores of parents are known from the ranking before: the last
// line counts each whole population evaluated one by one, as the algorithm is printed.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { Evaluator, validationLoss } from '../src/nas/evaluate.ts';
import { explore } from '../src/nas/evolution.ts';
import { architectureOf, type Genes } from '../src/nas/space.ts';
import { evaluateTogether, type Work } from '../src/nas/together.ts';
import type { Architecture } from '../src/model/architecture.ts';
import { selectEngine } from '../src/tensor/engines/select.ts';
import { RandomStream } from '../src/tensor/random.ts';
import { readCheckpoint } from '../stages/shared/checkpoint.ts';
import { readSampleSpace } from '../stages/shared/documents.ts';
import { drawSample } from '../stages/shared/validation.ts';
import { median } from './support/statistics.ts';

const words = process.argv.slice(2);
const pipeline = words.find((word) => !word.includes('=')) ?? 'quickstart';
const option = (name: string, otherwise: number) => Number(words.find((word) => word.startsWith(`${name}=`))?.split('=')[1] ?? otherwise);

const folder = path.join('runs/latest', pipeline);
if (!existsSync(folder)) {
  console.error(`There is no ${folder}: run the pipeline "${pipeline}" first, for instance npm run pipeline pipelines/quickstart.json5`);
  process.exit(2);
}
const { name, version, partTokens } = await selectEngine(process.env.SHRINKNAS_ENGINE);
const { document, state } = readCheckpoint(path.join(folder, 'train.1/checkpoint'));
const space = document.space!;
const sampled = readSampleSpace(path.join(folder, 'train.1/sampled')).candidates!;
const sample = { seed: 1, stream: 'bench', tokens: option('tokens', 1000), labelSmoothing: 0.1 };
const batches = drawSample(path.join(folder, 'preprocess/corpus'), sample, partTokens);
const terms = { config: document.model, weights: state.weights, batches, labelSmoothing: sample.labelSmoothing };
console.log(`${pipeline} on ${name} ${version}: ${sampled.length} sampled subnets, ${batches.reduce((sum, { tokens }) => sum + tokens, 0)} target tokens of validation`);

const total = { shared: 0, separate: 0, population: 0 };
const ratios: number[] = [];
const known = new Set<string>();
const evaluator = new Evaluator(space, terms, { labelSmoothing: sample.labelSmoothing, penalty: 1, budget: 3.6e6 });
const population = option('population', Math.min(5000, Math.ceil(sampled.length / 2)));
explore(space, sampled, { population, iterations: option('iterations', 3), parents: 0.3, mutants: 0.4, crossovers: 0.3, mutationProbability: 0.4 }, (candidates) => {
  compare(candidates);
  return evaluator.score(candidates);
}, new RandomStream(1, 'bench'));
console.log(`all rankings: ${(total.separate / total.shared).toFixed(2)} times fewer operations, time ratio ${median(ratios).toFixed(2)} (median of the rankings)`);
console.log(`with parents' known scores: ${(total.population / total.shared).toFixed(2)} times fewer than each population for itself`);

/** Both ways for those of a population whose losses are not known yet. */
function compare(candidates: readonly Genes[]): void {
  const all = candidates.map((genes) => architectureOf(space, genes));
  const fresh = new Map(all.map((architecture) => [JSON.stringify(architecture), architecture]).filter(([text]) => !known.has(text as string)) as [string, Architecture][]);
  const networks = [...fresh.values()];
  const alone: number[] = [];
  const separately = seconds(() => networks.forEach((network, i) => {
    alone[i] = validationLoss(terms.config, network, terms.weights, batches, terms.labelSmoothing).smoothed;
  }));
  let work: Work = { shared: 0, separate: 0 };
  const together: number[] = [];
  const jointly = seconds(() => {
    work = evaluateTogether(terms, networks, (i, { smoothed, tokens }) => {
      together[i] = smoothed / tokens;
    });
  });
  const different = alone.filter((loss, i) => loss !== together[i] && !(Number.isNaN(loss) && Number.isNaN(together[i]))).length;
  console.log(`  ${String(candidates.length).padStart(5)} candidates, ${String(networks.length).padStart(5)} new networks: ${(work.separate / work.shared).toFixed(2)} times fewer operations, `
    + `${separately.toFixed(1)} s → ${jointly.toFixed(1)} s, ratio ${(separately / jointly).toFixed(2)}; ${different === 0 ? 'losses equal to the last bit' : `${different} LOSSES DIFFER`}`);
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
