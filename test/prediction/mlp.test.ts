import { describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { readFileSync } from 'node:fs';
import {
  drawBatches,
  type FittedMlp,
  fitMlp,
  largestNorms,
  mlpParameters,
  type MlpShape,
  type Norms,
  predictByMlp,
  trainMlp,
} from '../../src/prediction/mlp.ts';
import { selectEngine } from '../../src/tensor/engines/select.ts';
import { ParameterSet } from '../../src/tensor/parameter-set.ts';
import { RandomStream } from '../../src/tensor/random.ts';
import { engines } from '../support/engines.ts';

/** golden/make.py wrote it with PyTorch. */
const golden = JSON.parse(readFileSync(new URL('golden/mlp.json', import.meta.url), 'utf8')) as {
  shape: MlpShape;
  norms: Norms;
  learningRate: number;
  start: Record<string, number[]>;
  rows: number[][];
  targets: number[];
  batches: number[][];
  /** Predictions with the first weights, and after an update on each batch. */
  before: number[];
  after: number[];
};

const streams = (...names: (string | number)[]) => new RandomStream(1, 'mlp', ...names);

function startOf({ shape, norms, start }: typeof golden): FittedMlp {
  const weights = ParameterSet.initialise(mlpParameters(shape), (name) => streams(name));
  for (const [name, { data }] of weights.entries) data.set(start[name]);
  return { shape, norms, weights };
}

describe.each(engines)('a perceptron on engine %s', (name) => {
  const close = (ours: Float64Array, theirs: readonly number[]) =>
    theirs.forEach((value, i) => expect(Math.abs(ours[i] / value - 1)).toBeLessThan(1e-5));

  test("predicts and learns as PyTorch's, and leaves no tensor behind", async () => {
    await selectEngine(name, 1);
    const { rows, batches, learningRate, before, after } = golden;
    const mlp = startOf(golden);
    const { numTensors } = tf.memory();
    close(predictByMlp(mlp, rows), before);
    const drawn = batches.map((batch) => Uint32Array.from(batch)).values();
    trainMlp(mlp, golden, { updates: batches.length, learningRate }, drawn);
    close(predictByMlp(mlp, rows), after);
    expect(tf.memory().numTensors).toBe(numTensors);
  });
});

describe('fitting', () => {
  const options = { width: 6, layers: 1, updates: 3, batch: 4, learningRate: 1e-3 };
  const fit = (seed: number) =>
    fitMlp(golden, largestNorms(golden), options, (...names) => new RandomStream(seed, ...names)).weights.entries;

  test('gives the same weights for a seed, and others for another', async () => {
    await selectEngine(engines.at(-1), 1);
    expect(fit(1)).toEqual(fit(1));
    expect(fit(1)).not.toEqual(fit(2));
  });

  test('divides by the greatest size that there is, and by 1 where all is 0', () => {
    expect(
      largestNorms({
        rows: [
          [-8, 0],
          [4, 0],
        ],
        targets: [2, 1],
      }),
    ).toEqual({ features: [8, 1], target: 2 });
  });

  test('draws rows of a batch without repetition, each as often as the others', () => {
    const batches = drawBatches(10, 4, streams('batches'));
    const counts = new Array<number>(10).fill(0);
    for (let i = 0; i < 2000; i++) {
      const rows = batches.next().value;
      expect(new Set(rows).size).toBe(4);
      rows.forEach((row) => counts[row]++);
    }
    // Binomial(2000, .4): six standard deviations are 131.
    counts.forEach((count) => expect(Math.abs(count - 800)).toBeLessThan(131));
    expect([...drawBatches(3, 128, streams('few')).next().value].sort()).toEqual([0, 1, 2]);
  });
});
