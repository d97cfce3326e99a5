import { beforeAll, describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { parametersOf } from '../../src/model/parameters.ts';
import { validationLoss } from '../../src/model/validation.ts';
import { boundsOf } from '../../src/nas/costs/bounds.ts';
import { countOperations } from '../../src/nas/costs/operations.ts';
import { countParameters } from '../../src/nas/counts.ts';
import { Evaluator } from '../../src/nas/evaluator.ts';
import type { SentenceLosses } from '../../src/nas/race.ts';
import { bestOf, type Problem } from '../../src/nas/search/problem.ts';
import { rankWithin } from '../../src/nas/search/candidates.ts';
import { architectureOf, type Genes, largestArchitectures, sampleGenes, type Space } from '../../src/nas/space.ts';
import { selectEngine } from '../../src/tensor/engines/select.ts';
import { ParameterSet } from '../../src/tensor/parameter-set.ts';
import { RandomStream } from '../../src/tensor/random.ts';
import { engines } from '../support/engines.ts';
import { randomBatch, tinyConfig } from '../support/network.ts';

const space: Space = {
  widths: [8, 16],
  ratios: [1, 2],
  heads: [2],
  operators: ['attention', 'lsra-dynamic'],
  activations: ['relu', 'swish'],
  encoderLayers: 2,
  decoderLayers: [1, 2],
  crossHeads: [2],
  spans: [1, 2],
};
// Large weights, so that networks differ by more than sentences do.
const weights = ParameterSet.initialise(
  largestArchitectures(space).flatMap((architecture) => parametersOf(tinyConfig, architecture)),
  (name) => new RandomStream(1, name),
);
for (const { data } of weights.entries.values()) data.forEach((value, i) => (data[i] = 2 * value));
const sentences = (seed: number) =>
  randomBatch(
    tinyConfig,
    Array.from({ length: 8 }, (_, i): [number, number] => [2 + (i % 4), 3 + (i % 3)]),
    seed,
  );
const blocks = [[sentences(1)], [sentences(2), sentences(3)], [sentences(4)]];
const batches = blocks.flat();
const random = new RandomStream(7, 'candidates');
const candidates: Genes[] = Array.from({ length: 14 }, () => sampleGenes(space, random));

function memory(): SentenceLosses & { made: string[]; values: Map<string, Float32Array> } {
  const values = new Map<string, Float32Array>();
  const made: string[] = [];
  const key = (network: string, block: number) => `${block} ${network}`;
  return {
    values,
    made,
    get: (network, block) => values.get(key(network, block)),
    set(network, block, losses) {
      made.push(key(network, block));
      values.set(key(network, block), losses);
    },
  };
}

const objective = { labelSmoothing: 0.1, penalty: 1, bounds: boundsOf({ budget: 3000 }) };
const evaluatorWith = (kept: SentenceLosses) =>
  new Evaluator(space, { config: tinyConfig, weights, batches }, objective, { race: { blocks, kept } });

describe.each(engines)('racing on the %s engine', (engine) => {
  beforeAll(async () => {
    await selectEngine(engine);
  });

  test('gives the best with the scores of a full ranking, for less work, and leaves no tensor', () => {
    const full = new Evaluator(space, { config: tinyConfig, weights, batches }, objective);
    const ranking = bestOf({ score: full.score } as unknown as Problem, candidates, 5);
    const evaluator = evaluatorWith(memory());
    const before = tf.memory().numTensors;
    const raced = evaluator.best(candidates, 5);
    expect(tf.memory().numTensors).toBe(before);
    expect(raced.map(({ genes }) => genes)).toEqual(ranking.map(({ genes }) => genes));
    raced.forEach(({ score }, i) => expect(score).toBeCloseTo(ranking[i].score, 5));
    expect(evaluator.evaluations).toBe(full.evaluations);
    expect(evaluator.work.separate).toBe(full.work.separate);
    expect(evaluator.work.shared).toBeLessThan(0.9 * full.work.shared);
  });
});

describe('a race', () => {
  beforeAll(async () => {
    await selectEngine('wasm');
  });

  test('counts as separate work what each network would have cost on all sentences', () => {
    const evaluator = evaluatorWith(memory());
    evaluator.best(candidates, 3);
    const networks = new Map(
      candidates.map((genes) => {
        const architecture = architectureOf(space, genes);
        return [JSON.stringify(architecture), architecture];
      }),
    );
    const all = [...networks.values()].flatMap((architecture) =>
      batches.map(({ size, sourceLength: source, targetLength: target }) => {
        const { layers, taps, output } = countOperations(tinyConfig, architecture, { source, target });
        return size * (layers + taps + output);
      }),
    );
    expect(evaluator.work.separate).toBe(all.reduce((sum, cost) => sum + cost, 0));
  });

  test('goes on from what was measured before, to the same', () => {
    const kept = memory();
    const first = evaluatorWith(kept);
    const once = first.best(candidates, 4);
    const half = memory();
    kept.made.slice(0, kept.made.length / 2).forEach((key) => half.values.set(key, kept.values.get(key)!));
    const resumed = evaluatorWith(half);
    expect(resumed.best(candidates, 4)).toEqual(once);
    expect(half.made).toEqual(kept.made.slice(kept.made.length / 2));
    const again = evaluatorWith(kept);
    expect(again.best(candidates, 4)).toEqual(once);
    // What is told of an interrupted ranking is what it would have told without a break.
    expect([resumed.work, again.work]).toEqual([first.work, first.work]);
  });

  test('scores what it keeps by the loss of all sentences', () => {
    const [leader] = evaluatorWith(memory()).best(candidates, 2);
    const architecture = architectureOf(space, leader.genes);
    const { smoothed } = validationLoss(tinyConfig, architecture, weights, batches, 0.1);
    const { layers } = countParameters(tinyConfig, architecture);
    expect(leader.score).toBeCloseTo(smoothed + Math.max(0, layers / 3000 - 1), 5);
  });

  test('is run within strata, where candidates are ranked within them', () => {
    const stratumOf = (genes: Genes) => String(architectureOf(space, genes).decoder.width);
    const full = new Evaluator(space, { config: tinyConfig, weights, batches }, objective);
    const { best, score } = evaluatorWith(memory());
    for (const count of [1, 4, 13]) {
      const raced = bestOf({ best, score, stratumOf } as unknown as Problem, candidates, count);
      const expected = rankWithin(full.score(candidates), stratumOf).slice(0, count);
      expect(raced.map(({ genes }) => genes)).toEqual(expected.map(({ genes }) => genes));
    }
  });
});
