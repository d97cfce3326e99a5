import { beforeAll, describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { activations } from '../../src/tensor/ops/attributes.ts';
import type { ModelConfig } from '../../src/model/architecture.ts';
import { operatorNames } from '../../src/model/mixing/operators.ts';
import { parametersOf } from '../../src/model/parameters.ts';
import { loadNetwork } from '../../src/model/load-network.ts';
import { lossOf, type LossSums } from '../../src/model/loss.ts';
import { countOperations } from '../../src/nas/costs/operations.ts';
import { architectureOf, type Genes, largestArchitectures, sampleGenes, type Space } from '../../src/nas/space.ts';
import { evaluateSharing } from '../../src/nas/shared-evaluation.ts';
import { workOf } from '../../src/nas/work.ts';
import { selectEngine } from '../../src/tensor/engines/select.ts';
import { ParameterSet } from '../../src/tensor/parameter-set.ts';
import { RandomStream } from '../../src/tensor/random.ts';
import { engines } from '../support/engines.ts';
import { randomBatch, tinyConfig } from '../support/network.ts';

const space: Space = {
  widths: [8, 16],
  ratios: [1, 2],
  heads: [2, 4],
  operators: [...operatorNames],
  activations: [...activations],
  encoderLayers: 2,
  decoderLayers: [1, 2, 3],
  crossHeads: [2, 4],
  spans: [1, 2],
};
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
const weightsOf = (config: ModelConfig) =>
  ParameterSet.initialise(
    largestArchitectures(space).flatMap((architecture) => parametersOf(config, architecture)),
    (name) => new RandomStream(1, name),
  );

/** Candidates of which some agree on some first steps, some on all. */
const population = fc.integer({ min: 0, max: 2 ** 31 - 1 }).map((seed) => {
  const random = new RandomStream(seed, 'population');
  const genes: Genes[] = [sampleGenes(space, random)];
  while (genes.length < 7) {
    const other = sampleGenes(space, random);
    const cut = random.integer(other.length + 1);
    genes.push([...random.pick(genes).slice(0, cut), ...other.slice(cut)]);
  }
  return genes.map((candidate) => architectureOf(space, candidate));
});

describe.each(engines)('evaluating candidates together on the %s engine', (engine) => {
  beforeAll(async () => {
    await selectEngine(engine);
  });

  test.each(['post', 'pre'] as const)(
    'gives each the very losses that it has alone, with %s-normalisation, and leaves no tensor',
    (norm) => {
      const config: ModelConfig = { ...tinyConfig, norm };
      const weights = weightsOf(config);
      fc.assert(
        fc.property(population, (architectures) => {
          const before = tf.memory().numTensors;
          const together: LossSums[] = [];
          evaluateSharing({ config, weights, batches, labelSmoothing: 0.1 }, architectures, (i, sums) => {
            together[i] = sums;
          });
          expect(tf.memory().numTensors).toBe(before);
          architectures.forEach((architecture, i) => {
            const net = loadNetwork(config, architecture, weights);
            const [one, two] = batches.map((batch) => lossOf(net, batch, 0.1));
            net.dispose();
            expect(together[i]).toEqual({
              smoothed: one.smoothed + two.smoothed,
              likelihood: one.likelihood + two.likelihood,
              tokens: one.tokens + two.tokens,
            });
          });
        }),
        { numRuns: engine === 'cpu' ? 4 : 12 },
      );
    },
  );
});

describe('the work of evaluating together', () => {
  test('is that of the distinct beginnings, beside that of each network for itself', () => {
    fc.assert(
      fc.property(population, (architectures) => {
        const { shared, separate } = workOf({ config: tinyConfig, batches }, architectures);
        const all = (architecture: (typeof architectures)[0]) =>
          batches.reduce((sum, { size, sourceLength, targetLength }) => {
            const { layers, taps, output } = countOperations(tinyConfig, architecture, {
              source: sourceLength,
              target: targetLength,
            });
            return sum + size * (layers + taps + output);
          }, 0);
        expect(separate).toBe(architectures.reduce((sum, architecture) => sum + all(architecture), 0));
        // What a beginning costs is what a network that ends there costs, less its output layer; every
        // distinct one is paid for once.
        const seen = new Map<string, number>();
        for (const { encoder, decoder } of architectures) {
          const cost = (encoderLayers: number, decoderLayers: number) =>
            all({
              encoder: { ...encoder, layers: encoder.layers.slice(0, encoderLayers) },
              decoder: { ...decoder, layers: decoder.layers.slice(0, decoderLayers) },
            }) - all({ encoder: { ...encoder, layers: [] }, decoder: { ...decoder, layers: [] } });
          encoder.layers.forEach((_, i) =>
            seen.set(JSON.stringify([encoder.width, encoder.layers.slice(0, i + 1)]), cost(i + 1, 0) - cost(i, 0)),
          );
          decoder.layers.forEach((_, i) =>
            seen.set(
              JSON.stringify([encoder, decoder.width, decoder.layers.slice(0, i + 1)]),
              cost(0, i + 1) - cost(0, i),
            ),
          );
          seen.set(
            JSON.stringify([encoder, decoder, 'output']),
            all({ encoder: { ...encoder, layers: [] }, decoder: { ...decoder, layers: [] } }),
          );
        }
        expect(shared).toBe([...seen.values()].reduce((sum, cost) => sum + cost, 0));
      }),
      { numRuns: 6 },
    );
  });
});
