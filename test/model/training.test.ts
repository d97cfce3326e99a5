import { beforeAll, describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import type { Architecture, ModelConfig } from '../../src/model/architecture.ts';
import { operatorNames } from '../../src/model/mixing/operators.ts';
import { type Batch, collate, type Sentence } from '../../src/model/batch.ts';
import { parametersOf } from '../../src/model/parameters.ts';
import { NotFiniteError, type TrainingOptions, type TrainingState, trainUpdate } from '../../src/model/trainer.ts';
import { gradientsOf } from '../../src/model/gradients.ts';
import { architectureOf, largestArchitectures, sampleGenes, type Space } from '../../src/nas/space.ts';
import { selectEngine } from '../../src/tensor/engines/select.ts';
import { ParameterSet } from '../../src/tensor/parameter-set.ts';
import { RandomStream } from '../../src/tensor/random.ts';
import {
  gradientValues,
  randomBatch,
  randomSentence,
  randomWeights,
  tinyArchitecture,
  tinyConfig,
} from '../support/network.ts';
import { smoothedCrossEntropyLoss } from '../../src/model/loss.ts';
import { HostParameters } from '../../src/tensor/host-parameters.ts';

const noDropout = (part: number) => new RandomStream(1, part);
const random = new RandomStream(30);
const pairs = [
  [5, 4],
  [1, 1],
  [3, 6],
  [8, 2],
  [2, 2],
].map(([s, t]): [Sentence, Sentence] => [randomSentence(16, s, random), randomSentence(14, t, random)]);
const batchOf = (chosen: readonly [Sentence, Sentence][]): Batch =>
  collate(
    chosen.map(([s]) => s),
    chosen.map(([, t]) => t),
  );

const space: Space = {
  widths: [8, 16],
  ratios: [1, 1.5],
  heads: [2, 4],
  operators: [...operatorNames],
  activations: ['relu', 'swish'],
  encoderLayers: 2,
  decoderLayers: [1, 2],
  crossHeads: [2],
  spans: [1, 2],
};

const options: TrainingOptions = {
  schedule: { peak: 1e-3, initial: 1e-7, warmup: 4 },
  adam: { beta1: 0.9, beta2: 0.98, epsilon: 1e-8, weightDecay: 1e-4 },
  loss: smoothedCrossEntropyLoss(0.1),
  clipNorm: 0,
  seed: { value: 1, stream: 'test' },
};

function supernet(config: ModelConfig): TrainingState {
  const parameters = largestArchitectures(space).flatMap((architecture) => parametersOf(config, architecture));
  const weights = ParameterSet.initialise(parameters, (name) => new RandomStream(1, name));
  return { config, parameters: new HostParameters(weights), updates: 0 };
}

function snapshot({ parameters }: TrainingState): Map<string, Float32Array> {
  const { weights, moments } = parameters.toHost();
  return new Map(
    [weights, moments.first, moments.second].flatMap((set, i) =>
      [...set.entries].map(([name, { data }]) => [`${i} ${name}`, data.slice()] as const),
    ),
  );
}

beforeAll(async () => {
  await selectEngine('wasm');
});

describe('the gradient of a batch', () => {
  test.each(operatorNames)('is the sum of the gradients of its parts, however it is cut, with %s', (operator) => {
    const architecture = tinyArchitecture(operator);
    const weights = randomWeights(tinyConfig, architecture);
    const gradient = (parts: Batch[]) => {
      const gradients = gradientsOf(tinyConfig, architecture, weights, parts, smoothedCrossEntropyLoss(0.1), noDropout);
      return { ...gradients, values: gradientValues(gradients) };
    };
    const whole = gradient([batchOf(pairs)]);
    for (const cuts of [[1, 2, 3, 4], [2], [4]]) {
      const bounds = [0, ...cuts, pairs.length];
      const parts = gradient(cuts.concat(pairs.length).map((_, i) => batchOf(pairs.slice(bounds[i], bounds[i + 1]))));
      expect(parts.tokens).toBe(whole.tokens);
      expect(parts.loss).toBeCloseTo(whole.loss, 3);
      for (const [name, values] of whole.values) {
        const other = parts.values.get(name)!;
        const scale = Math.max(1e-2, ...values.map(Math.abs));
        const worst = values.reduce((most, value, i) => Math.max(most, Math.abs(other[i] - value) / scale), 0);
        expect({ name, close: worst < 2e-4 }).toEqual({ name, close: true });
      }
    }
  });

  test('is zero at the padding row of the embeddings', () => {
    for (const operator of operatorNames) {
      const architecture = tinyArchitecture(operator);
      const values = gradientValues(
        gradientsOf(
          tinyConfig,
          architecture,
          randomWeights(tinyConfig, architecture),
          [batchOf(pairs)],
          smoothedCrossEntropyLoss(0.1),
          noDropout,
        ),
      );
      expect(new Set(values.get('encoder.embedding.weight')!.subarray(8, 16).map(Math.abs))).toEqual(new Set([0]));
      expect(new Set(values.get('decoder.embedding.weight')!.subarray(12, 24).map(Math.abs))).toEqual(new Set([0]));
    }
  });

  test('works with a single head, which no split has two parts for', () => {
    for (const operator of operatorNames) {
      const architecture = tinyArchitecture(operator, { heads: 1 });
      const values = gradientValues(
        gradientsOf(
          tinyConfig,
          architecture,
          randomWeights(tinyConfig, architecture),
          [batchOf(pairs)],
          smoothedCrossEntropyLoss(0.1),
          noDropout,
        ),
      );
      expect(values.size).toBe(parametersOf(tinyConfig, architecture).length);
    }
  });
});

describe('an update', () => {
  test("changes the sampled subnet's corners and nothing else, weights and moments", () => {
    const config = { ...tinyConfig, dropout: 0.1, weightDropout: 0.1 };
    const state = supernet(config);
    const draws = new RandomStream(31);
    for (let i = 0; i < 6; i++) {
      const architecture = architectureOf(space, sampleGenes(space, draws));
      const own = new Map(parametersOf(config, architecture).map(({ name, shape }) => [name, shape]));
      const before = snapshot(state);
      trainUpdate(state, architecture, [batchOf(pairs)], options);
      let changed = 0;
      const strays: string[] = [];
      for (const [key, data] of snapshot(state)) {
        const name = key.slice(2);
        const shape = own.get(name);
        const full = state.parameters.get(name).shape;
        data.forEach((value, at) => {
          if (value === before.get(key)![at]) return;
          changed++;
          const place = full.length === 1 ? [at] : [Math.floor(at / full[1]), at % full[1]];
          if (shape === undefined || place.some((index, axis) => index >= shape[axis]))
            strays.push(`${name} at ${place.join()}`);
        });
      }
      expect(strays).toEqual([]);
      expect(changed).toBeGreaterThan(100);
    }
  });

  test('has the gradient of the mean loss a token, hence is the same for a batch given twice', () => {
    const run = (parts: Batch[]) => {
      const state = supernet(tinyConfig);
      const report = trainUpdate(state, largestArchitectures(space)[0], parts, options);
      return { state, report };
    };
    const [one, two] = [run([batchOf(pairs)]), run([batchOf(pairs), batchOf(pairs)])];
    expect(two.report.loss).toBeCloseTo(one.report.loss, 5);
    expect(two.report.gradientNorm).toBeCloseTo(one.report.gradientNorm, 4);
    expect(two.report.tokens).toBe(2 * one.report.tokens);
  });

  test('repeats itself to the last bit, and differs with another seed as dropout does', () => {
    const config = { ...tinyConfig, dropout: 0.3, weightDropout: 0.1 };
    const run = (value: number) => {
      const state = supernet(config);
      for (let i = 0; i < 3; i++)
        trainUpdate(state, largestArchitectures(space)[i], [batchOf(pairs)], {
          ...options,
          seed: { value, stream: 's' },
        });
      return snapshot(state);
    };
    expect(run(1)).toEqual(run(1));
    expect(run(2)).not.toEqual(run(1));
  });

  test('with a clipped gradient is shorter in its first moment, by just that factor', () => {
    const run = (clipNorm: number) => {
      const state = supernet(tinyConfig);
      const report = trainUpdate(state, largestArchitectures(space)[0], [batchOf(pairs)], { ...options, clipNorm });
      return {
        norm: report.gradientNorm,
        moment: Math.hypot(
          ...[...state.parameters.toHost().moments.first.entries.values()].flatMap(({ data }) => [...data]),
        ),
      };
    };
    const free = run(0);
    // m = 0.1 · g after the first update.
    expect(free.moment / 0.1).toBeCloseTo(free.norm, 4);
    const clipped = run(free.norm / 4);
    expect(clipped.norm).toBeCloseTo(free.norm, 6);
    expect(clipped.moment).toBeCloseTo(free.moment / 4, 5);
    expect(run(free.norm * 2).moment).toBeCloseTo(free.moment, 6);
  });

  test('with a gradient that is not finite is refused before anything changes', () => {
    const state = supernet(tinyConfig);
    const architecture = largestArchitectures(space)[0];
    state.parameters.get('output.weight').data[50] = Infinity;
    const before = snapshot(state);
    expect(() => trainUpdate(state, architecture, [batchOf(pairs)], options)).toThrow(NotFiniteError);
    expect(snapshot(state)).toEqual(before);
    expect(state.updates).toBe(0);
  });

  test('overfits one batch: the loss falls', () => {
    const state = supernet(tinyConfig);
    const architecture: Architecture = largestArchitectures(space)[4];
    const batch = randomBatch(tinyConfig, [
      [3, 4],
      [5, 2],
    ]);
    const losses = Array.from(
      { length: 40 },
      () =>
        trainUpdate(state, architecture, [batch], { ...options, schedule: { peak: 5e-3, initial: 0, warmup: 1 } }).loss,
    );
    expect(losses.at(-1)!).toBeLessThan(losses[0] - 1);
  });

  test('leaves no tensor behind', () => {
    const state = supernet({ ...tinyConfig, dropout: 0.1, weightDropout: 0.1 });
    const before = tf.memory().numTensors;
    for (const architecture of largestArchitectures(space))
      trainUpdate(state, architecture, [batchOf(pairs), batchOf(pairs)], options);
    expect(tf.memory().numTensors).toBe(before);
  });
});
