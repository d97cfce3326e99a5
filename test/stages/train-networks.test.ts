import { afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import type { TrainingsDocument } from '../../schemas/types.ts';
import { evenPoints } from '../../src/benchmark/points.ts';
import { readDocument } from '../../src/artifacts/documents.ts';
import { countOperations, liteLengths } from '../../src/nas/costs/operations.ts';
import { countParameters } from '../../src/nas/counts.ts';
import { architectureOf, extremeGenes, formatGenes } from '../../src/nas/space.ts';
import { StageError } from '../../src/runner/stage.ts';
import bleu from '../../stages/bleu.ts';
import finetune from '../../stages/finetune.ts';
import trainNetworks, { parts } from '../../stages/train-networks.ts';
import type { Part } from '../../src/runner/stage.ts';
import { refusal } from '../support/refusal.ts';
import { StageBench, tinySpace } from '../support/stage-bench.ts';

const bench = new StageBench();
const data = bench.corpus({ valid: 12 });
const model = { norm: 'post' as const, kernels: [3, 5] };
const { smallest, largest } = extremeGenes(tinySpace);
const networksOf = (entries: object[]) =>
  bench.document('networks', { summary: '', space: tinySpace, model, networks: entries });
const stratum = { width: 16, from: 1, to: 99999 };
const networks = networksOf([
  { genes: formatGenes(largest), stratum, parameters: 1 },
  { genes: formatGenes(smallest), name: 'small', parameters: 1 },
]);
const settings = {
  dropout: 0.2,
  attentionDropout: 0,
  weightDropout: 0.1,
  maxTokens: 48,
  learningRate: 0.01,
  initialRate: 1e-7,
  warmup: 5,
  labelSmoothing: 0.1,
  smoothing: 'dictionary',
  weightDecay: 1e-4,
  clipNorm: 0,
};
const params = {
  ...settings,
  updates: 23,
  seeds: [3, 1],
  points: 5,
  averageEpochs: 2,
  bleu: true,
  split: 'test',
  // More than there are: all.
  validationTokens: 1000,
};

const train = (changed: object = {}, options: object = {}, pool = networks, known: Record<string, string> = {}) =>
  bench.run(trainNetworks, { ...params, ...changed }, { corpus: data, networks: pool, ...known }, ['trainings'], {
    parts: parts as unknown as Record<string, Part>,
    stream: 'train',
    ...options,
  });
const read = ({ trainings }: Record<string, string>) => readDocument(trainings, 'trainings');
const timeless = ({ rows, ...document }: TrainingsDocument) => ({
  ...document,
  rows: rows.map((row) => ({ ...row, seconds: 0 })),
});
afterEach(() => {
  jest.restoreAllMocks();
});

describe('networks that are trained one by one', () => {
  let made: TrainingsDocument;
  beforeAll(async () => {
    made = read(await train());
  });

  test('take over what is known of them, and train the rest', async () => {
    const rows = made.rows.slice(1, 3).map((row) => ({ ...row, bleu: 77 }));
    const known = bench.document('trainings', { ...made, rows });
    const taken = read(await train({}, {}, networks, { known }));
    const expected = made.rows.map((row, i) => (i === 1 || i === 2 ? { ...row, bleu: 77 } : row));
    expect(timeless(taken)).toEqual(timeless({ ...made, rows: expected }));
    for (const [changed, said] of [
      [{ updates: 22 }, 'settings'],
      [{ points: 4 }, 'points'],
      [{ validationTokens: 10 }, 'validation'],
    ] as const)
      expect(await refusal(train(changed, {}, networks, { known }))).toMatch(
        new RegExp(`^The known trainings are on other terms: their ${said} `),
      );
  });

  test('have a row for each seed, in the order in which they were asked for', () => {
    expect(made.rows.map(({ genes, seed, name, stratum: drawn }) => [genes, seed, name, drawn])).toEqual([
      [formatGenes(largest), 3, undefined, stratum],
      [formatGenes(largest), 1, undefined, stratum],
      [formatGenes(smallest), 3, 'small', undefined],
      [formatGenes(smallest), 1, 'small', undefined],
    ]);
    for (const { seconds } of made.rows) expect(seconds).toBeGreaterThanOrEqual(0);
    expect(new Set(made.rows.map(({ final }) => final)).size).toBe(4);
  });

  test('are what the stage finetune makes of the same network from scratch, with a seed of its run, and scores', async () => {
    const architecture = architectureOf(tinySpace, largest);
    const subnet = bench.document('subnet', { architecture, model });
    const tuned = await bench.run(
      finetune,
      { ...settings, updates: 23, inherit: true, averageEpochs: 2, validationTokens: 1000 },
      { corpus: data, subnet },
      ['checkpoint', 'model', 'metrics'],
      // The bench's seed is 1.
      { stream: 'train' },
    );
    const { values } = readDocument(tuned.metrics, 'metrics');
    const row = made.rows[1];
    expect(row.final).toBe(values.averaged);
    expect(row.curve.at(-1)).toEqual([23, values.after]);
    const scored = await bench.run(
      bleu,
      { split: 'test', beam: 5, nBest: 1, lengthPenalty: 1, maxLength: 200, batchSentences: 128 },
      { corpus: data, model: tuned.model },
      ['bleu', 'translations'],
    );
    expect(row.bleu).toBe(readDocument(scored.bleu, 'bleu').score);
    const config = { sourceTypes: 16, targetTypes: 16, ...model, dropout: 0, weightDropout: 0 };
    expect(row.parameters).toEqual(countParameters(config, architecture));
    expect(row.operations).toBe(countOperations(config, architecture, liteLengths).layers);
  });

  test('have curves at evenly spaced updates, whatever the epochs are', async () => {
    for (const { curve } of made.rows) expect(curve.map(([update]) => update)).toEqual([5, 9, 14, 18, 23]);
    // A shorter training is a prefix of a longer one: the schedule has no horizon.
    const shorter = read(await train({ updates: 9, points: 1, seeds: [3], bleu: false }));
    expect(shorter.rows[0].curve).toEqual([made.rows[0].curve[1]]);
    expect(shorter.rows[0].bleu).toBeUndefined();
    expect(shorter.settings.bleu).toBeUndefined();
  });

  test('are measured on the same sentences, which are those of the run, and tell how many', async () => {
    expect(made.validation).toEqual({ sentences: 12, tokens: expect.any(Number) });
    const some = (stream: string) => train({ validationTokens: 10, updates: 3, seeds: [1], bleu: false }, { stream });
    const { validation } = read(await some('train'));
    expect(validation.sentences).toBeLessThan(12);
    expect(validation.tokens).toBeGreaterThanOrEqual(10);
    expect(read(await some('other')).validation).toEqual(validation);
  });

  test('are told with all that they were trained with', () => {
    const { smoothing: _, ...told } = settings;
    expect(made.settings).toEqual({ ...told, updates: 23, averageEpochs: 2, bleu: { split: 'test', beam: 5 } });
    expect(made).toMatchObject({ space: tinySpace, model });
  });
});

describe('a training that is killed', () => {
  const one = networksOf([{ genes: formatGenes(largest), parameters: 1 }]);
  const few = { seeds: [1], bleu: false };

  test('goes on from its last save to the same row, and one that is done is not trained again', async () => {
    jest.spyOn(console, 'error').mockImplementation(() => undefined);
    const whole = read(await train(few, {}, one));
    const progress = bench.folder();
    let now = 0;
    // A clock on which each update looks a minute long, so that each is saved.
    jest.spyOn(Date, 'now').mockImplementation(() => (now += 7_000));
    for (const killAt of [9, 10, 17]) await expect(train(few, { progress, killAt }, one)).rejects.toThrow();
    const [work] = readdirSync(path.join(progress, 'parts'));
    const saves = readdirSync(path.join(progress, 'parts', work, 'progress')).filter((name) => name.startsWith('at-'));
    expect(Number(saves[0].slice(3))).toBeGreaterThan(9);
    const resumed = read(await train(few, { progress }, one));
    expect(timeless(resumed)).toEqual(timeless(whole));
    // Not a single update of it.
    const again = read(await train(few, { progress, killAt: 0 }, one));
    expect(again).toEqual(resumed);
  });

  test('by weights that overflow, is a message that names it', async () => {
    const run = train({ ...few, learningRate: 1e30, warmup: 0 }, {}, one);
    const error: unknown = await run.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(StageError);
    expect((error as Error).message).toMatch(/^train 1\/1: .*not finite/);
  });
});

test('points of a curve are evenly spaced, end with the last update, and are no more than there are updates', () => {
  expect(evenPoints(1300, 12)).toEqual([108, 217, 325, 433, 542, 650, 758, 867, 975, 1083, 1192, 1300]);
  expect(evenPoints(3, 12)).toEqual([1, 2, 3]);
  expect(evenPoints(7, 1)).toEqual([7]);
});
