import { beforeAll, describe, expect, test } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Architecture } from '../../src/model/architecture.ts';
import type { Batch } from '../../src/model/batch.ts';
import { countOperations } from '../../src/nas/costs/operations.ts';
import { countParameters } from '../../src/nas/counts.ts';
import { strategyNames } from '../../src/nas/search/strategies.ts';
import { smoothedCrossEntropyLoss } from '../../src/model/loss.ts';
import { parametersOf } from '../../src/model/parameters.ts';
import { trainUpdate } from '../../src/model/trainer.ts';
import { validationLoss } from '../../src/model/validation.ts';
import { type Cursor, TrainingBatches } from '../../src/batching/training-batches.ts';
import { trainingOptions } from '../../src/training/options.ts';
import { architectureOf, extremeGenes, formatGenes, parseGenes } from '../../src/nas/space.ts';
import { selectEngine } from '../../src/tensor/engines/select.ts';
import { type Checkpoint, readCheckpoint } from '../../src/artifacts/checkpoint.ts';
import { drawSample, sampleOf, type ValidationSample } from '../../src/batching/validation-sample.ts';
import search from '../../stages/search.ts';
import shrink from '../../stages/shrink.ts';
import trainSupernet from '../../stages/train-supernet.ts';
import { exploreParams, Killed, StageBench, tinySpace, trainParams } from '../support/stage-bench.ts';

const bench = new StageBench();
const data = bench.corpus();
const params = { ...exploreParams, population: 12, iterations: 2, validationTokens: 25, budget: 3000, penalty: 2 };
const population = 12;

interface Ranking {
  evaluations: number;
  operations: number;
  validation: ValidationSample;
  iterations: number[];
  candidates: { genes: string; score: number; parameters: number; operations: number }[];
}

let supernet: Checkpoint;
let inputs: { corpus: string; checkpoint: string; sampled: string };
let seeds: string[];
let samples: Record<string, Batch[]>;

beforeAll(async () => {
  const trained = await bench.run(trainSupernet, { ...trainParams, updates: 18 }, { corpus: data }, [
    'checkpoint',
    'sampled',
    'metrics',
  ]);
  inputs = { corpus: data, checkpoint: trained.checkpoint, sampled: trained.sampled };
  supernet = readCheckpoint(trained.checkpoint);
  seeds = bench.read(trained.sampled, 'sample-space').candidates as string[];
  const { partTokens } = await selectEngine('wasm');
  samples = Object.fromEntries(
    ['stage', 'other'].map((stream) => [
      stream,
      drawSample(data, sampleOf({ value: 1, stream }, params.validationTokens, params.labelSmoothing), partTokens),
    ]),
  );
});

const lossOf = (architecture: Architecture, stream = 'stage') =>
  validationLoss(
    supernet.document.model,
    architecture,
    supernet.state.parameters,
    samples[stream],
    params.labelSmoothing,
  ).smoothed;
const networkOf = (genes: string) => architectureOf(tinySpace, parseGenes(tinySpace, genes));

/** The score by its formula, from a loss of the network alone on the stage's own sample. */
function scoreOf(genes: string, stream = 'stage'): number {
  const { layers } = countParameters(supernet.document.model, networkOf(genes));
  return lossOf(networkOf(genes), stream) + params.penalty * Math.max(0, layers / params.budget - 1);
}

async function shrunk(changes: object = {}, options: { progress?: string; killAt?: number; stream?: string } = {}) {
  const progress = options.progress ?? bench.folder();
  const folders = await bench.run(shrink, { ...params, arm: 'evolution', ...changes }, inputs, ['space', 'ranking'], {
    ...options,
    progress,
  });
  return {
    folders,
    progress,
    ranking: bench.read(folders.ranking, 'ranking') as unknown as Ranking,
    candidates: bench.read(folders.space, 'sample-space').candidates as string[],
  };
}

const lines = (progress: string) =>
  readFileSync(path.join(progress, 'losses.jsonl'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line.slice(9)) as [string, number]);
const content = (folders: Record<string, string>) =>
  Object.entries(folders).flatMap(([name, folder]) =>
    readdirSync(folder)
      .sort()
      .map((file) => [`${name}/${file}`, readFileSync(path.join(folder, file), 'utf8')]),
  );

describe('a shrink', () => {
  test("measures every network of every ranking once, all on the stage's one sample", async () => {
    const { progress, ranking } = await shrunk();
    const measured = lines(progress);
    expect(new Set(measured.map(([network]) => network)).size).toBe(measured.length);
    expect(measured).toHaveLength(ranking.evaluations);
    // More than the seeds and the last population: those of the rankings between are among them.
    expect(measured.length).toBeGreaterThan(population + 6);
    for (const [network, loss] of measured) expect(loss).toBe(lossOf(JSON.parse(network) as Architecture));
  });

  test('has another sample below another stream, and with it other scores', async () => {
    const { ranking } = await shrunk({ iterations: 0 }, { stream: 'other' });
    const [{ genes, score }] = ranking.candidates;
    expect(score).toBeCloseTo(scoreOf(genes, 'other'), 12);
    expect(score).not.toBeCloseTo(scoreOf(genes), 6);
  });

  test('says which pairs it was scored on: drawn again, they give its score', async () => {
    const { ranking } = await shrunk({ iterations: 0 }, { stream: 'other' });
    const [{ genes, score }] = ranking.candidates;
    samples.told = drawSample(data, ranking.validation, (await selectEngine('wasm')).partTokens);
    expect(scoreOf(genes, 'told')).toBeCloseTo(score, 12);
  });

  test('ranks by loss and penalty, ascending, and its best is no worse than the best seed', async () => {
    const { ranking } = await shrunk();
    for (const { genes, score, parameters } of ranking.candidates) {
      expect(score).toBeCloseTo(scoreOf(genes), 12);
      expect(parameters).toBe(countParameters(supernet.document.model, networkOf(genes)).layers);
    }
    const scores = ranking.candidates.map(({ score }) => score);
    expect(scores).toEqual(scores.toSorted((a, b) => a - b));
    const bestSeed = Math.min(...seeds.map((genes) => scoreOf(genes)));
    expect(ranking.iterations[0]).toBeCloseTo(bestSeed, 12);
    // Parents stay, so that no ranking's best is worse than the one before.
    const leaders = [...ranking.iterations, scores[0]];
    expect(leaders).toHaveLength(params.iterations + 1);
    expect(leaders).toEqual(leaders.toSorted((a, b) => b - a));
  });

  test('hands on the best n of its ranking, in its order, and training samples nothing else', async () => {
    const { folders, ranking, candidates } = await shrunk();
    expect(candidates).toHaveLength(population);
    expect(candidates).toEqual(ranking.candidates.map(({ genes }) => genes));
    const next = await bench.run(
      trainSupernet,
      { ...trainParams, updates: 9 },
      { corpus: data, checkpoint: inputs.checkpoint, space: folders.space },
      ['checkpoint', 'sampled', 'metrics'],
    );
    const sampled = bench.read(next.sampled, 'sample-space').candidates as string[];
    expect(sampled.length).toBeGreaterThan(3);
    for (const genes of sampled) expect(candidates).toContain(genes);
  });

  test('with updates of their own ranks candidates by the loss after these, each from the supernet as it is', async () => {
    const { partTokens } = await selectEngine('wasm');
    const seed = { value: 1, stream: 'stage' };
    const { model, training, progress: begin } = supernet.document;
    const batches = TrainingBatches.read(data, training.maxTokens, seed);
    const options = trainingOptions(training, smoothedCrossEntropyLoss(training.labelSmoothing), seed);
    const adapted = (genes: string) => {
      const network = networkOf(genes);
      const own = supernet.state.parameters.cut(parametersOf(model, network));
      const state = { config: model, parameters: own, updates: supernet.state.updates };
      let cursor: Cursor = begin;
      for (let update = 0; update < 2; update++) {
        const { parts, cursor: next } = batches.next(cursor, partTokens);
        trainUpdate(state, network, parts, options);
        cursor = next;
      }
      return validationLoss(model, network, own, samples.stage, params.labelSmoothing).smoothed;
    };
    const { ranking } = await shrunk({ iterations: 0, adaptUpdates: 2, penalty: 0 });
    expect(ranking.candidates.length).toBeGreaterThan(5);
    for (const { genes, score } of ranking.candidates) {
      expect(score).toBeCloseTo(adapted(genes), 12);
      expect(score).not.toBeCloseTo(lossOf(networkOf(genes)), 6);
    }
  });

  test('prefers smaller subnets the more they are penalised', async () => {
    const sizes: number[] = [];
    for (const penalty of [0, 100]) {
      const { ranking } = await shrunk({ penalty });
      sizes.push(ranking.candidates.reduce((sum, { parameters }) => sum + Math.max(0, parameters - params.budget), 0));
    }
    expect(sizes[1]).toBeLessThan(sizes[0]);
  });
});

describe('the arms of figure 3', () => {
  test('top: the best n of the sampled', async () => {
    const { candidates } = await shrunk({ arm: 'top', population: 5 });
    const best = seeds
      .map((genes) => ({ genes, score: scoreOf(genes) }))
      .sort((a, b) => a.score - b.score)
      .slice(0, 5);
    expect(candidates).toEqual(best.map(({ genes }) => genes));
  });

  test('evolution: subnets that were not sampled as well; reduction: the p · n best of the same', async () => {
    const evolution = await shrunk();
    expect(evolution.candidates.some((genes) => !seeds.includes(genes))).toBe(true);
    const reduction = await shrunk({ arm: 'reduction' });
    expect(reduction.ranking).toEqual(evolution.ranking);
    // 0.3 · 12 = 3.6
    expect(reduction.candidates).toEqual(evolution.candidates.slice(0, 4));
  });

  test('naive: the whole space, and nothing is measured', async () => {
    const { candidates, ranking } = await shrunk({ arm: 'naive' });
    expect({ candidates, measured: ranking.evaluations }).toEqual({ candidates: null, measured: 0 });
  });
});

describe('a search', () => {
  type Options = { progress?: string; killAt?: number };
  const searched = (options: Options = {}, changes: object = {}) =>
    bench.run(
      search,
      { ...params, ...changes },
      { corpus: data, checkpoint: inputs.checkpoint, space: inputs.sampled },
      ['subnet', 'ranking'],
      options,
    );

  test('returns the first of its ranking, with its own loss', async () => {
    const { subnet, ranking } = await searched();
    const found = bench.read(subnet, 'subnet') as { genes: string; loss: number; score: number };
    const [first] = (bench.read(ranking, 'ranking') as unknown as Ranking).candidates;
    expect(found.genes).toBe(first.genes);
    expect(found.score).toBe(first.score);
    expect(found.loss).toBe(lossOf(networkOf(found.genes)));
  });

  test('and a shrink that are killed anywhere and started again write what undisturbed ones write, byte for byte', async () => {
    const stages = [
      searched,
      // What it cost is part of what is written, and a race keeps its losses in another file.
      (options: Options = {}) => searched(options, { strategy: 'hat', iterations: 4, racing: true }),
      (options: Options = {}) => searched(options, { strategy: 'random', racing: true }),
      async (options: Options = {}) => (await shrunk({}, options)).folders,
    ];
    for (const stage of stages) {
      const whole = await stage();
      for (const kills of [[1], [5, 6, 17], [20]]) {
        const progress = bench.folder();
        for (const killAt of kills) await expect(stage({ progress, killAt })).rejects.toThrow(Killed);
        expect(content(await stage({ progress }))).toEqual(content(whole));
      }
    }
  });
});

describe('a search in a whole space', () => {
  const start = async (changes: object) => {
    const space = bench.document('sample-space', { space: tinySpace, candidates: null });
    const { ranking } = await bench.run(search, { ...params, iterations: 0, ...changes }, { ...inputs, space }, [
      'subnet',
      'ranking',
    ]);
    return (bench.read(ranking, 'ranking') as unknown as Ranking).candidates;
  };

  test.each(strategyNames)('needs no sample space, and says what the strategy "%s" cost', async (strategy) => {
    const options = { ...params, strategy, population: 20, iterations: 3, racing: false };
    const whole = { corpus: data, checkpoint: inputs.checkpoint };
    const found = await bench.run(search, options, whole, ['subnet', 'ranking']);
    const { evaluations, operations, candidates } = bench.read(found.ranking, 'ranking') as unknown as Ranking;
    const separate = (genes: string) =>
      samples.stage.reduce((sum, { size, sourceLength: source, targetLength: target }) => {
        const { layers, taps, output } = countOperations(supernet.document.model, networkOf(genes), { source, target });
        return sum + size * (layers + taps + output);
      }, 0);
    // More than the most costly network that is left takes by itself, and less than as many of the largest.
    const { largest } = extremeGenes(tinySpace);
    expect(operations).toBeGreaterThan(Math.max(...candidates.map(({ genes }) => separate(genes))));
    expect(operations).toBeLessThan(evaluations * separate(formatGenes(largest)));
    expect(evaluations).toBeGreaterThan(20);
    expect(evaluations).toBeLessThanOrEqual(20 + 3 * 14);
  });

  test('starts from as many random subnets as a population has', async () => {
    const candidates = await start({ population: 30 });
    expect(new Set(candidates.map(({ genes }) => genes)).size).toBe(30);
    const choicesOf = (gene: number) => [...new Set(candidates.map(({ genes }) => genes[gene]))].sort();
    // Every choice of the first gene, the encoder's width, and of the second, its operator.
    expect(choicesOf(0)).toEqual(['0', '1']);
    expect(choicesOf(1)).toEqual(['0', '1', '2']);
    for (const { genes, score } of candidates) expect(score).toBeCloseTo(scoreOf(genes), 12);
  });

  test('draws others in place of those beyond a limit', async () => {
    const sizes = (await start({ population: 30 })).map(({ parameters }) => parameters).sort((a, b) => a - b);
    const candidates = await start({ population: 30, limit: sizes[9] });
    expect(candidates).toHaveLength(30);
    for (const { parameters } of candidates) expect(parameters).toBeLessThanOrEqual(sizes[9]);
  });

  test('draws others also where none of the first keeps a limit', async () => {
    const few = { population: 3 };
    const least = Math.min(...(await start(few)).map(({ parameters }) => parameters));
    const candidates = await start({ ...few, limit: least - 1 });
    expect(candidates).toHaveLength(3);
    for (const { parameters } of candidates) expect(parameters).toBeLessThan(least);
  });
});
