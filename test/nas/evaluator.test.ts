import { beforeAll, describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { countParameters } from '../../src/nas/counts.ts';
import { Evaluator } from '../../src/nas/evaluator.ts';
import { validationLoss } from '../../src/model/validation.ts';
import { boundsOf } from '../../src/nas/costs/bounds.ts';
import { countOperations } from '../../src/nas/costs/operations.ts';
import { architectureOf, extremeGenes, genePositions, largestArchitectures, type Space } from '../../src/nas/space.ts';
import type { Architecture } from '../../src/model/architecture.ts';
import { parametersOf } from '../../src/model/parameters.ts';
import { selectEngine } from '../../src/tensor/engines/select.ts';
import { ParameterSet } from '../../src/tensor/parameter-set.ts';
import { RandomStream } from '../../src/tensor/random.ts';
import { randomBatch, tinyConfig } from '../support/network.ts';

const space: Space = {
  widths: [8, 16],
  ratios: [1, 2],
  heads: [2],
  operators: ['attention', 'lsra-dynamic'],
  activations: ['relu'],
  encoderLayers: 2,
  decoderLayers: [1, 2],
  crossHeads: [2],
  spans: [1, 2],
};
const parameters = largestArchitectures(space).flatMap((architecture) => parametersOf(tinyConfig, architecture));
const weights = ParameterSet.initialise(parameters, (name) => new RandomStream(1, name));
const batches = [
  randomBatch(
    tinyConfig,
    [
      [4, 5],
      [2, 3],
    ],
    1,
  ),
  randomBatch(tinyConfig, [[6, 2]], 2),
];
const { smallest, largest } = extremeGenes(space);
const layersOf = (genes: readonly number[]) => countParameters(tinyConfig, architectureOf(space, genes)).layers;
const lossOf = (genes: readonly number[]) =>
  validationLoss(tinyConfig, architectureOf(space, genes), weights, batches, 0.1).smoothed;

beforeAll(async () => {
  await selectEngine('cpu');
});

describe("a candidate's score", () => {
  test('is its validation loss a token, over all batches', () => {
    const evaluator = new Evaluator(
      space,
      { config: tinyConfig, weights, batches },
      { labelSmoothing: 0.1, penalty: 1, bounds: {} },
    );
    const [{ score }] = evaluator.score([smallest]);
    const each = batches.map(
      (batch) =>
        validationLoss(tinyConfig, architectureOf(space, smallest), weights, [batch], 0.1).smoothed * batch.tokens,
    );
    expect(score).toBeCloseTo((each[0] + each[1]) / (8 + 2), 5);
  });

  test('grows by λ · (parameters / P − 1) above the budget, and not below', () => {
    const budget = layersOf(smallest);
    const evaluator = new Evaluator(
      space,
      { config: tinyConfig, weights, batches },
      { labelSmoothing: 0.1, penalty: 2.5, bounds: { parameters: { budget } } },
    );
    const [small, large] = evaluator.score([smallest, largest]);
    expect(small.score).toBeCloseTo(lossOf(smallest), 6);
    expect(large.score).toBeCloseTo(lossOf(largest) + 2.5 * (layersOf(largest) / budget - 1), 6);
  });

  test('grows likewise above budgets of multiply-adds and of milliseconds, and all add up', () => {
    const costs = (genes: readonly number[]) => [
      layersOf(genes),
      countOperations(tinyConfig, architectureOf(space, genes), { source: 30, target: 30 }).layers,
      10 * architectureOf(space, genes).decoder.layers.length,
    ];
    const [budget, operationsBudget, latencyBudget] = costs(smallest);
    const scoreOf = (genes: readonly number[], budgets: object) =>
      new Evaluator(
        space,
        { config: tinyConfig, weights, batches },
        { labelSmoothing: 0.1, penalty: 2.5, bounds: boundsOf(budgets) },
        { costs: { measure: { latency: ({ decoder }) => 10 * decoder.layers.length } } },
      ).score([genes])[0].score;
    const excesses = costs(largest).map((cost, i) => cost / [budget, operationsBudget, latencyBudget][i] - 1);
    expect(Math.min(...excesses)).toBeGreaterThan(0.5);
    const scores = [
      { budget },
      { operationsBudget },
      { latencyBudget },
      { budget, operationsBudget, latencyBudget },
    ].map((budgets) => scoreOf(largest, budgets) - lossOf(largest));
    [...excesses, excesses[0] + excesses[1] + excesses[2]].forEach((excess, i) =>
      expect(scores[i]).toBeCloseTo(2.5 * excess, 6),
    );
    expect(scoreOf(smallest, { budget, operationsBudget, latencyBudget })).toBe(scoreOf(smallest, {}));
  });

  test('is not to be had above the hard limit; at the limit it is', () => {
    const evaluator = new Evaluator(
      space,
      { config: tinyConfig, weights, batches },
      { labelSmoothing: 0.1, penalty: 1, bounds: { parameters: { limit: layersOf(smallest) } } },
    );
    expect([smallest, largest].map(evaluator.accepts)).toEqual([true, false]);
    expect(evaluator.evaluations).toBe(0);
  });

  test('is not to be had above a limit on multiply-adds, which are counted for 30 tokens a side', () => {
    const operationsOf = (genes: readonly number[]) =>
      countOperations(tinyConfig, architectureOf(space, genes), { source: 30, target: 30 }).layers;
    const at = (operationsLimit: number) =>
      new Evaluator(
        space,
        { config: tinyConfig, weights, batches },
        { labelSmoothing: 0.1, penalty: 1, bounds: { operations: { limit: operationsLimit } } },
      );
    expect([smallest, largest].map(at(operationsOf(smallest)).accepts)).toEqual([true, false]);
    expect([smallest, largest].map(at(operationsOf(smallest) - 1).accepts)).toEqual([false, false]);
    expect([smallest, largest].map(at(operationsOf(largest)).accepts)).toEqual([true, true]);
  });

  test('is not to be had above a limit on latency; a network is measured once, and not where it fails a count', () => {
    const measured: Architecture[] = [];
    const latencies = new Map<string, number>();
    const latencyOf = (architecture: Architecture) => {
      measured.push(architecture);
      return 10 * architecture.decoder.layers.length;
    };
    const evaluator = new Evaluator(
      space,
      { config: tinyConfig, weights, batches },
      {
        labelSmoothing: 0.1,
        penalty: 1,
        bounds: { latency: { limit: 10 }, parameters: { limit: layersOf(largest) - 1 } },
      },
      { costs: { kept: { latency: latencies }, measure: { latency: latencyOf } } },
    );
    const deeper = smallest.map((gene, at) => (genePositions(space)[at].field === 'layers' ? 1 : gene));
    const expected = [true, false, false];
    expect([smallest, deeper, largest].map(evaluator.accepts)).toEqual(expected);
    expect([smallest, deeper, largest].map(evaluator.accepts)).toEqual(expected);
    expect(measured).toEqual([smallest, deeper].map((genes) => architectureOf(space, genes)));
    expect([...latencies.values()]).toEqual([10, 20]);
    // What was measured before is taken as it is, whatever the clock would say now.
    const resumed = new Evaluator(
      space,
      { config: tinyConfig, weights, batches },
      { labelSmoothing: 0.1, penalty: 1, bounds: { latency: { limit: 10 } } },
      { costs: { kept: { latency: latencies }, measure: { latency: () => 0 } } },
    );
    expect([smallest, deeper].map(resumed.accepts)).toEqual([true, false]);
  });

  test('is computed once for genes that differ in inactive layers only', () => {
    const evaluator = new Evaluator(
      space,
      { config: tinyConfig, weights, batches },
      { labelSmoothing: 0.1, penalty: 1, bounds: {} },
    );
    const inactive = genePositions(space).findIndex(
      ({ part, layer, field }) => part === 'decoder' && layer === 1 && field === 'operator',
    );
    const other = smallest.map((gene, at) => (at === inactive ? 1 : gene));
    const [one, two] = evaluator.score([smallest, other]);
    expect(two.score).toBe(one.score);
    expect(evaluator.evaluations).toBe(1);
  });

  test('leaves no tensor behind', () => {
    const before = tf.memory().numTensors;
    lossOf(largest);
    expect(tf.memory().numTensors).toBe(before);
  });

  test('does not depend on how the sentences are cut into batches', () => {
    const whole = randomBatch(
      tinyConfig,
      [
        [4, 5],
        [2, 3],
        [5, 1],
      ],
      7,
    );
    const row = (i: number) => {
      const cut = (ids: Int32Array, length: number) => ids.slice(i * length, (i + 1) * length);
      const target = cut(whole.target, whole.targetLength);
      return {
        size: 1,
        sourceLength: whole.sourceLength,
        targetLength: whole.targetLength,
        source: cut(whole.source, whole.sourceLength),
        input: cut(whole.input, whole.targetLength),
        target,
        tokens: target.filter((id) => id !== 1).length,
      };
    };
    const at = (parts: (typeof whole)[]) =>
      validationLoss(tinyConfig, architectureOf(space, largest), weights, parts, 0.1);
    expect(at([row(0), row(1), row(2)]).smoothed).toBeCloseTo(at([whole]).smoothed, 5);
    expect(at([row(0), row(1), row(2)]).likelihood).toBeCloseTo(at([whole]).likelihood, 5);
  });
});
