import { beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import * as tf from '@tensorflow/tfjs-core';
import { type Architecture, type ModelConfig, special } from '../../src/model/architecture.ts';
import type { Batch } from '../../src/model/batch.ts';
import { beamSearch } from '../../src/model/beam-search.ts';
import { forward } from '../../src/model/forward.ts';
import { loadNetwork } from '../../src/model/load-network.ts';
import { selectEngine } from '../../src/tensor/engines/select.ts';
import type { ParameterSet } from '../../src/tensor/parameter-set.ts';
import { RandomStream } from '../../src/tensor/random.ts';
import { anyNetwork, shortLength } from '../support/any-network.ts';
import { configOf, type NetworkCase, readCases } from '../support/golden/cases.ts';
import { faultOf } from '../support/golden/evaluate.ts';
import { batchOf, weightsOf } from '../support/golden/networks.ts';
import { randomBatch, randomSentence, randomWeights, stacks, tinyConfig, tinyStack } from '../support/network.ts';
import { onnxNetwork, steppedLogits } from '../support/onnx.ts';

const tolerance = 1e-4;

beforeAll(async () => {
  await selectEngine('wasm');
});

/** The largest difference between the logits of both, of steps that are not padding. */
async function differenceOf(
  config: ModelConfig,
  architecture: Architecture,
  weights: ParameterSet,
  batch: Batch,
): Promise<number> {
  const exported = await onnxNetwork(config, architecture, weights);
  const theirs = await steppedLogits(exported, batch, config.targetTypes);
  await exported.dispose();
  const net = loadNetwork(config, architecture, weights);
  const ours = tf.tidy(() => forward(net, batch).dataSync() as Float32Array);
  net.dispose();
  return ours.reduce((largest, value, i) => {
    const isPadding = batch.target[Math.floor(i / config.targetTypes)] === special.padding;
    return isPadding ? largest : Math.max(largest, Math.abs(value - theirs[i]));
  }, 0);
}

describe.each(readCases<NetworkCase>('networks.json').filter(({ kind }) => kind === 'network'))('of $name', (c) => {
  test("ONNX Runtime gives PyTorch's logits", async () => {
    const batch = batchOf(c.name, c.lengths, c.network);
    const exported = await onnxNetwork(configOf(c.network), c.network, weightsOf(c));
    const logits = await steppedLogits(exported, batch, c.network.targetTypes);
    await exported.dispose();
    const seen = logits.map((value, i) =>
      batch.target[Math.floor(i / c.network.targetTypes)] === special.padding ? 0 : value,
    );
    expect(tf.tidy(() => faultOf('logits', tf.tensor2d(seen, c.output.shape as [number, number]), c.output))).toEqual(
      [],
    );
  });
});

describe.each(stacks)('%s', (stack) => {
  test('any network gives the logits of its own engine', async () => {
    const pairs = fc.array(fc.tuple(shortLength, shortLength), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(anyNetwork(stack), pairs, async ({ config, architecture, seed }, lengths) => {
        const weights = randomWeights(config, architecture, seed);
        const difference = await differenceOf(config, architecture, weights, randomBatch(config, lengths, seed));
        expect(difference).toBeLessThan(tolerance);
      }),
      { numRuns: 12 },
    );
  });

  test('a beam search finds the same', async () => {
    const architecture = tinyStack(stack);
    const weights = randomWeights(tinyConfig, architecture);
    const random = new RandomStream(1, 'sources');
    const sources = [3, 7, 1, 5].map((length) => randomSentence(tinyConfig.sourceTypes, length, random));
    const options = { beam: 3, lengthPenalty: 1, maxLength: 12 };
    const exported = await onnxNetwork(tinyConfig, architecture, weights);
    const theirs = await exported.search(sources, options);
    await exported.dispose();
    const net = loadNetwork(tinyConfig, architecture, weights);
    const ours = beamSearch(net, sources, options);
    net.dispose();
    expect(theirs.map((found) => found.map(({ ids }) => ids))).toEqual(
      ours.map((found) => found.map(({ ids }) => ids)),
    );
    const scores = (found: typeof ours) => found.flat().map(({ score }) => score);
    scores(theirs).forEach((score, i) => expect(score).toBeCloseTo(scores(ours)[i], 4));
  });
});

test.each([
  [64, 63],
  [130, 12],
])('sentences of %i and %i tokens have the positions that they have in training', async (source, target) => {
  const architecture = tinyStack('mixed');
  const weights = randomWeights(tinyConfig, architecture);
  const batch = randomBatch(tinyConfig, [[source, target]]);
  expect(await differenceOf(tinyConfig, architecture, weights, batch)).toBeLessThan(tolerance);
});

test('a narrower network has the first channels of wider sinusoids, as HAT has', async () => {
  const config = { ...tinyConfig, positionsWidth: 32 };
  const architecture = tinyStack('attention');
  const weights = randomWeights(config, architecture);
  expect(await differenceOf(config, architecture, weights, randomBatch(config, [[9, 8]]))).toBeLessThan(tolerance);
});
