import { beforeAll, describe, expect, test } from '@jest/globals';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { FrontDocument, RungsDocument } from '../../schemas/types.ts';
import { readCheckpoint } from '../../src/artifacts/checkpoint.ts';
import { readDocument } from '../../src/artifacts/documents.ts';
import { TrainingBatches } from '../../src/batching/training-batches.ts';
import { appendChecked } from '../../src/disk/checked-lines.ts';
import { drawSample } from '../../src/batching/validation-sample.ts';
import { validationLoss } from '../../src/model/validation.ts';
import { countParameters } from '../../src/nas/counts.ts';
import { architectureOf, formatGenes, parseGenes, sampleGenes } from '../../src/nas/space.ts';
import { selectEngine } from '../../src/tensor/engines/select.ts';
import { ParameterSet } from '../../src/tensor/parameter-set.ts';
import { RandomStream } from '../../src/tensor/random.ts';
import choose, { parts } from '../../stages/choose.ts';
import finetune from '../../stages/finetune.ts';
import trainSupernet from '../../stages/train-supernet.ts';
import { refusal } from '../support/refusal.ts';
import { finetuneParams, StageBench, tinySpace, trainParams } from '../support/stage-bench.ts';

const bench = new StageBench();
const data = bench.corpus({ valid: 12 });
const outputs = ['subnet', 'checkpoint', 'rungs', 'front'];
const { updates: _updates, validationTokens: _tokens, space: _space, ...terms } = trainParams;
const params = {
  ...terms,
  pool: 5,
  sizeBins: 2,
  random: 0,
  named: [],
  space: tinySpace,
  rungs: [
    { updates: 10, keep: 3 },
    { updates: 30, keep: 1 },
  ],
  averageEpochs: 3,
  validationTokens: 1000,
  validationHalf: 'choose',
};

interface Options {
  inputs?: Record<string, string>;
  progress?: string;
}

async function chosen(changes: object = {}, { inputs = {}, progress = bench.folder() }: Options = {}) {
  const folders = await bench.run(choose, { ...params, ...changes }, { corpus: data, ...inputs }, outputs, {
    parts: parts as never,
    progress,
  });
  return {
    folders,
    progress,
    subnet: readDocument(folders.subnet, 'subnet'),
    rungs: readDocument(folders.rungs, 'rungs'),
    front: readDocument(folders.front, 'front'),
  };
}

const bytes = (folder: string) =>
  readdirSync(folder)
    .sort()
    .map((file) => [file, readFileSync(path.join(folder, file)).toString('base64')]);
const architectureNamed = (genes: string) => architectureOf(tinySpace, parseGenes(tinySpace, genes));
const layersOf = (genes: string, { model }: Pick<RungsDocument, 'model'>) =>
  countParameters(
    { ...model, sourceTypes: 16, targetTypes: 16, dropout: 0, weightDropout: 0 },
    architectureNamed(genes),
  ).layers;
/** A sample space of this network only. */
const only = (genes: string) => bench.document('sample-space', { summary: '', space: tinySpace, candidates: [genes] });
const sixGenes = Array.from({ length: 6 }, (_, i) => formatGenes(sampleGenes(tinySpace, new RandomStream(i, 'six'))));

let first: Awaited<ReturnType<typeof chosen>>;
beforeAll(async () => {
  first = await chosen();
});

test('on an engine without compiled kernels other candidates and rungs may be asked for, and it says so', async () => {
  const said: unknown[] = [];
  const withoutKernels = { pool: 2, rungs: [{ updates: 4, keep: 1 }] };
  const asked = { ...params, withoutKernels };
  const { rungs } = await bench.run(choose, asked, { corpus: data }, outputs, {
    parts: parts as never,
    log: (message, level) => void said.push([level, message]),
  });
  expect(readDocument(rungs, 'rungs')).toMatchObject({ updates: 8, rungs: [{ updates: 4, trained: 2, kept: 1 }] });
  expect(said).toContainEqual([
    'warning',
    'engine wasm has no compiled kernels: 2 candidates in place of 5 ("withoutKernels")',
  ]);
});

describe('a network that training chooses', () => {
  test('has the least loss of the last rung, of those with the least losses of the one before', () => {
    const { rungs, subnet, front } = first;
    const { candidates } = rungs;
    expect(candidates).toHaveLength(5);
    expect(rungs.rungs).toEqual([
      { updates: 10, trained: 5, kept: 3 },
      { updates: 30, trained: 3, kept: 1 },
    ]);
    expect(rungs.updates).toBe(5 * 10 + 3 * 20);
    const byFirst = candidates.toSorted((a, b) => a.losses[0]! - b.losses[0]!);
    expect(byFirst.map(({ losses }) => losses.length)).toEqual([2, 2, 2, 1, 1]);
    const [winner, ...others] = byFirst.slice(0, 3).sort((a, b) => a.losses[1]! - b.losses[1]!);
    expect(winner.left).toBeUndefined();
    expect(others.map(({ left }) => left)).toEqual([2, 2]);
    expect(byFirst.slice(3).map(({ left }) => left)).toEqual([1, 1]);
    expect(subnet).toMatchObject({ genes: winner.genes, loss: winner.losses[1], trained: { updates: 30 } });
    expect(subnet.architecture).toEqual(architectureNamed(winner.genes));
    expect(front.networks).toEqual([
      {
        genes: winner.genes,
        architecture: subnet.architecture,
        parameters: subnet.parameters,
        losses: winner.losses,
      },
    ]);
  });

  test('is trained by 10 and 20 updates to the same bytes as by 30 at once, in whatever company', async () => {
    const { subnet, folders } = first;
    const alone = await chosen(
      { pool: 1, rungs: [{ updates: 30, keep: 1 }] },
      { inputs: { space: only(subnet.genes) } },
    );
    expect(alone.rungs.candidates).toMatchObject([{ genes: subnet.genes, origin: { from: 'sample-space', place: 1 } }]);
    expect(bytes(alone.folders.checkpoint)).toEqual(bytes(folders.checkpoint));
    expect(bytes(alone.folders.subnet)).toEqual(bytes(folders.subnet));
    expect(readCheckpoint(folders.checkpoint).document.progress.updates).toBe(30);
  });

  test('is averaged over epochs that ended before its last rung, as if there had been one rung', async () => {
    const maxTokens = 200;
    const perEpoch = TrainingBatches.read(data, maxTokens, { value: 1, stream: 's' }).perEpoch;
    const inputs = { space: only(first.subnet.genes) };
    const last = { updates: 10 * perEpoch + 1, keep: 1 };
    const whole = await chosen({ maxTokens, pool: 1, rungs: [last] }, { inputs });
    const rungs = [{ updates: 10 * perEpoch, keep: 1 }, last];
    const inTwo = await chosen({ maxTokens, pool: 1, rungs }, { inputs });
    expect(inTwo.subnet.trained).toEqual({ updates: last.updates, averaged: 3 });
    expect(bytes(inTwo.folders.subnet)).toEqual(bytes(whole.folders.subnet));
    expect(bytes(inTwo.folders.checkpoint)).toEqual(bytes(whole.folders.checkpoint));
  });

  test('has the loss of the mean of its weights at the ends of the epochs of the last fifth and after the last update', async () => {
    const maxTokens = 200;
    const perEpoch = TrainingBatches.read(data, maxTokens, { value: 1, stream: 's' }).perEpoch;
    const inputs = { space: only(first.subnet.genes) };
    const trainedFor = (updates: number) =>
      chosen({ maxTokens, pool: 1, averageEpochs: 9, rungs: [{ updates, keep: 1 }] }, { inputs });
    const updates = 10 * perEpoch + 1;
    const { subnet, folders } = await trainedFor(updates);
    const ends = [9 * perEpoch, 10 * perEpoch, updates];
    expect(subnet.trained).toEqual({ updates, averaged: 3 });
    const sets: ParameterSet[] = [];
    for (const end of ends) {
      const { checkpoint } = end === updates ? folders : (await trainedFor(end)).folders;
      sets.push(readCheckpoint(checkpoint).state.parameters.toHost().weights);
    }
    const mean = ParameterSet.like(sets[0]);
    for (const [name, { data: values }] of mean.entries)
      values.forEach((_, i) => (values[i] = sets.reduce((sum, set) => sum + set.get(name).data[i], 0) / 3));
    const { partTokens } = await selectEngine('wasm');
    const { document } = readCheckpoint(folders.checkpoint);
    const half = drawSample(data, { ...subnet.validation!, half: 'choose' }, partTokens);
    const loss = validationLoss(document.model, subnet.architecture, mean, half, 0.1).smoothed;
    expect(subnet.loss).toBeCloseTo(loss, 6);
    expect(half.reduce((sum, { size }) => sum + size, 0)).toBe(6);
  });

  test('is the same whether all sentences or half of them choose, but for its losses', async () => {
    const all = await chosen({ validationHalf: 'all', rungs: [{ updates: 2, keep: 1 }] });
    const half = await chosen({ rungs: [{ updates: 2, keep: 1 }] });
    expect(all.rungs.validation.half).toBeUndefined();
    expect(half.rungs.validation.half).toBe('choose');
    expect(all.rungs.candidates.map(({ genes }) => genes)).toEqual(half.rungs.candidates.map(({ genes }) => genes));
    expect(all.subnet.loss).not.toBe(half.subnet.loss);
  });

  test('goes on: fine-tuning takes its checkpoint, and is not held to a loss that no inherited weights have', async () => {
    const { subnet, checkpoint } = first.folders;
    const tuned = await bench.run(
      finetune,
      { ...finetuneParams, updates: 4, validationHalf: 'report' },
      { corpus: data, checkpoint, subnet },
      ['checkpoint', 'model', 'metrics'],
    );
    expect(readDocument(tuned.model, 'model').updates).toBe(34);
    const supernet = await bench.run(trainSupernet, { ...trainParams, updates: 3 }, { corpus: data }, [
      'checkpoint',
      'sampled',
      'metrics',
    ]);
    const inherited = await bench.run(
      finetune,
      { ...finetuneParams, updates: 2 },
      { corpus: data, checkpoint: supernet.checkpoint, subnet },
      ['checkpoint', 'model', 'metrics'],
    );
    expect(readDocument(inherited.model, 'model').updates).toBe(5);
  });
});

describe('the pool', () => {
  const short = { rungs: [{ updates: 2, keep: 1 }] };

  test('is of a ranking, and terms are the supernet’s, where these are connected', async () => {
    const supernet = await bench.run(
      trainSupernet,
      { ...trainParams, updates: 2, learningRate: 0.005, kernels: [5], norm: 'pre' },
      { corpus: data },
      ['checkpoint', 'sampled', 'metrics'],
    );
    const ranking = bench.document('ranking', {
      candidates: sixGenes.map((genes) => ({ genes, score: 1, parameters: 1, total: 1, operations: 1 })),
    });
    const { space: _own, learningRate: _rate, kernels: _kernels, norm: _norm, ...rest } = params;
    const inputs = { corpus: data, checkpoint: supernet.checkpoint, ranking };
    const folders = await bench.run(choose, { ...rest, ...short }, inputs, outputs, { parts: parts as never });
    const { candidates, model } = readDocument(folders.rungs, 'rungs');
    expect(model).toEqual({ norm: 'pre', kernels: [5] });
    expect(readCheckpoint(folders.checkpoint).document.training.learningRate).toBe(0.005);
    const ranked = candidates.filter(({ origin }) => origin.from === 'ranking');
    expect(ranked.length).toBeGreaterThanOrEqual(2);
    for (const { genes, origin } of ranked) expect(sixGenes[origin.place! - 1]).toBe(genes);
  });

  test('for several sizes trains each network once, and each size has a winner of its own', async () => {
    const sizes = first.rungs.candidates.map(({ parameters }) => parameters).sort((a, b) => a - b);
    const front = [{ limit: sizes[4] }, { limit: sizes[1] }];
    const both = await chosen({ front });
    const { networks, updates } = both.front;
    expect(updates).toEqual([10, 30]);
    expect(networks.map(({ limit }) => limit)).toEqual([sizes[1], sizes[4]]);
    const lossOf = ({ losses }: RungsDocument['candidates'][number]) => losses.at(-1)!;
    networks.forEach(({ genes, limit, losses }: FrontDocument['networks'][number]) => {
      const fits = both.rungs.candidates.filter(
        ({ parameters, losses: { length } }) => parameters <= limit! && length === 2,
      );
      expect(losses.at(-1)).toBe(Math.min(...fits.map(lossOf)));
      expect(layersOf(genes, both.rungs)).toBeLessThanOrEqual(limit!);
    });
    expect(both.subnet.genes).toBe(networks[1].genes);
    const [begun, ended] = both.rungs.rungs;
    expect(begun.trained).toBe(both.rungs.candidates.length);
    expect(both.rungs.updates).toBe(10 * begun.trained + 20 * ended.trained);
    const folders = readdirSync(path.join(both.progress, 'parts')).filter((name) => !name.endsWith('.work'));
    expect(folders).toHaveLength(begun.trained + ended.trained);
  });

  test('keeps a limit of latency, measured once a network and told', async () => {
    const networks = [...new Set(sixGenes.map((genes) => JSON.stringify(architectureNamed(genes))))];
    const progress = bench.folder();
    networks.forEach((network, i) => appendChecked(path.join(progress, 'latency.jsonl'), [network, i < 2 ? 10 : 90]));
    const space = bench.document('sample-space', { summary: '', space: tinySpace, candidates: sixGenes });
    const { rungs } = await chosen(
      { ...short, pool: 2, sizeBins: 1, latencyLimit: 20 },
      { inputs: { space }, progress },
    );
    for (const { genes, latency } of rungs.candidates) {
      expect(latency).toBeLessThanOrEqual(20);
      const known = networks.indexOf(JSON.stringify(architectureNamed(genes)));
      if (known >= 0) expect(latency).toBe(10);
    }
    expect(existsSync(path.join(progress, 'latency.jsonl'))).toBe(true);
  });

  test('of networks whose training diverges, all of them, gives no winner, which is said', async () => {
    expect(await refusal(chosen({ ...short, learningRate: 1e30, initialRate: 1e30, warmup: 0 }))).toMatch(
      /^No candidate has a finite loss: a lower learning rate/,
    );
  });
});

describe('what does not fit together is refused', () => {
  test('no space, or several', async () => {
    const { space: _own, ...none } = params;
    expect(await refusal(bench.run(choose, none, { corpus: data }, outputs))).toMatch(
      /^There are no genes without a space/,
    );
    const space = bench.document('sample-space', { space: { ...tinySpace, ratios: [1, 3] }, candidates: null });
    expect(await refusal(chosen({}, { inputs: { space } }))).toMatch(
      /^The space of the sample space is not that of "space"/,
    );
    const ranking = bench.document('ranking', { candidates: [{ genes: '01' }] });
    expect(await refusal(chosen({}, { inputs: { ranking } }))).toMatch(
      /^The ranking is of another search space \(Genes of 2/,
    );
  });

  test('rungs that do not rise, or end with several', async () => {
    const rungs = (...steps: [number, number][]) => ({ rungs: steps.map(([updates, keep]) => ({ updates, keep })) });
    expect(await refusal(chosen(rungs([20, 3], [10, 1])))).toMatch(/^"rungs" must have more and more updates/);
    expect(await refusal(chosen(rungs([10, 2], [20, 3])))).toMatch(/^"rungs" must have more and more updates/);
    expect(await refusal(chosen(rungs([10, 2])))).toMatch(/^The last of "rungs" keeps 2/);
  });
});
