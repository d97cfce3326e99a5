import { beforeAll, describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { activations } from '../../../src/tensor/ops/attributes.ts';
import { type Architecture, type ModelConfig, special } from '../../../src/model/architecture.ts';
import { operatorNames } from '../../../src/model/mixing/operators.ts';
import type { Batch } from '../../../src/model/batch.ts';
import { decode } from '../../../src/model/decoder.ts';
import { encode } from '../../../src/model/encoder.ts';
import { parametersOf } from '../../../src/model/parameters.ts';
import { NotFiniteError } from '../../../src/model/trainer.ts';
import { forward } from '../../../src/model/forward.ts';
import { loadNetwork } from '../../../src/model/load-network.ts';
import { populationDivergence } from '../../../src/nas/divergence/population.ts';
import { architectureOf, largestArchitectures, sampleGenes, type Space } from '../../../src/nas/space.ts';
import { selectEngine } from '../../../src/tensor/engines/select.ts';
import { ParameterSet } from '../../../src/tensor/parameter-set.ts';
import { RandomStream } from '../../../src/tensor/random.ts';
import { engines } from '../../support/engines.ts';
import { randomBatch, tinyConfig } from '../../support/network.ts';

const space: Space = {
  widths: [8, 16],
  ratios: [1, 2],
  heads: [2, 4],
  operators: [...operatorNames],
  activations: [...activations],
  encoderLayers: 2,
  decoderLayers: [1, 2],
  crossHeads: [2],
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
  randomBatch(
    tinyConfig,
    [
      [6, 2],
      [6, 7],
    ],
    2,
  ),
];
const weightsOf = (config: ModelConfig) =>
  ParameterSet.initialise(
    largestArchitectures(space).flatMap((architecture) => parametersOf(config, architecture)),
    (name) => new RandomStream(1, name),
  );
const population = (count: number) => {
  const random = new RandomStream(5, 'population');
  return Array.from({ length: count }, () => architectureOf(space, sampleGenes(space, random)));
};

/** Normalised outputs at target tokens in plain float64, one array a token. */
function normalisedRows(values: ArrayLike<number>, batch: Batch): number[][] {
  const width = values.length / batch.target.length;
  return Array.from(batch.target).flatMap((id, at) => {
    if (id === special.padding) return [];
    const row = Array.from({ length: width }, (_, i) => values[at * width + i]);
    const mean = row.reduce((sum, value) => sum + value, 0) / width;
    const deviation = Math.sqrt(row.reduce((sum, value) => sum + (value - mean) ** 2, 0) / width);
    return [row.map((value) => (value - mean) / deviation)];
  });
}

function outputs(
  config: ModelConfig,
  architecture: Architecture,
  weights: ParameterSet,
): { logits: number[][]; features: number[][] } {
  const net = loadNetwork(config, architecture, weights);
  const logits = batches.flatMap((batch) => normalisedRows(forward(net, batch).dataSync(), batch));
  const features = batches.flatMap((batch) =>
    normalisedRows(decode(net, encode(net, batch.source, batch.size), batch.input, batch.size).dataSync(), batch),
  );
  net.dispose();
  return { logits, features };
}

const difference = (a: number[][], b: number[][]) =>
  a.reduce((sum, row, t) => sum + row.reduce((part, value, i) => part + (value - b[t][i]) ** 2, 0) / row.length, 0)
  / a.length;

describe.each(engines)('the divergence of a population on the %s engine', (engine) => {
  beforeAll(async () => {
    await selectEngine(engine, 1);
  });

  test.each(['post', 'pre'] as const)(
    'is what comparing the outputs of each pair gives, with %s-normalisation',
    (norm) => {
      const config: ModelConfig = { ...tinyConfig, norm };
      const weights = weightsOf(config);
      const architectures = population(7);
      const before = tf.memory().numTensors;
      let evaluated = 0;
      const { logits, equalWidths, features } = populationDivergence(
        { config, weights, batches },
        architectures,
        () => evaluated++,
      );
      expect(tf.memory().numTensors).toBe(before);
      expect(evaluated).toBe(architectures.length * batches.length);

      const expected = architectures.map((architecture) => outputs(config, architecture, weights));
      expected.forEach((one, i) =>
        expected.forEach((other, j) => {
          if (i === j) return;
          expect(logits.values[i * 7 + j]).toBeCloseTo(difference(one.logits, other.logits), 4);
          const comparable = architectures[i].decoder.width === architectures[j].decoder.width;
          if (comparable) expect(features.values[i * 7 + j]).toBeCloseTo(difference(one.features, other.features), 4);
          else expect(features.values[i * 7 + j]).toBeNaN();
          expect(equalWidths.values[i * 7 + j]).toBe(comparable ? logits.values[i * 7 + j] : NaN);
        }),
      );
      expect(new Set(architectures.map(({ decoder: { width } }) => width)).size).toBe(2);
    },
  );
});

describe('the divergence of a population', () => {
  beforeAll(async () => {
    await selectEngine('cpu');
  });

  test('is next to nothing between equal networks', () => {
    const [architecture] = population(1);
    const { logits, features } = populationDivergence({ config: tinyConfig, weights: weightsOf(tinyConfig), batches }, [
      architecture,
      architecture,
    ]);
    expect(logits.values[1]).toBeLessThan(1e-6);
    expect(features.values[1]).toBeLessThan(1e-6);
  });

  test('is refused of a supernet that diverged', () => {
    const weights = weightsOf(tinyConfig);
    weights.get('decoder.layers.0.cross.out.bias').data[0] = NaN;
    expect(() => populationDivergence({ config: tinyConfig, weights, batches }, population(2))).toThrow(NotFiniteError);
  });
});
