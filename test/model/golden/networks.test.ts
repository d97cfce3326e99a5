import { beforeAll, describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { special } from '../../../src/model/architecture.ts';
import { type TrainingState, trainUpdate } from '../../../src/model/trainer.ts';
import { forward } from '../../../src/model/forward.ts';
import { gradientsOf } from '../../../src/model/gradients.ts';
import { loadNetwork } from '../../../src/model/load-network.ts';
import { lossOf, smoothedCrossEntropyLoss } from '../../../src/model/loss.ts';
import { adamUpdate, zeroMoments } from '../../../src/tensor/adam.ts';
import { ParameterSet } from '../../../src/tensor/parameter-set.ts';
import { RandomStream } from '../../../src/tensor/random.ts';
import { engines } from '../../support/engines.ts';
import {
  configOf,
  type NetworkCase,
  type OptimiserCase,
  readCases,
  type TrainingCase,
} from '../../support/golden/cases.ts';
import { uniform } from '../../support/golden/draw.ts';
import { batchOf, weightsOf } from '../../support/golden/networks.ts';
import { faultOf, tolerance, valueFaultOf } from '../../support/golden/evaluate.ts';
import { gradientValues } from '../../support/network.ts';
import { usableSets, useBackend } from '../../support/operators/backends.ts';
import { HostParameters } from '../../../src/tensor/host-parameters.ts';

const cases = readCases<NetworkCase | TrainingCase | OptimiserCase>('networks.json');
const networks = cases.filter((c) => c.kind === 'network');
const trainings = cases.filter((c) => c.kind === 'training');
const optimisers = cases.filter((c) => c.kind === 'optimiser');

const relative = (actual: number, expected: number) => Math.abs(actual - expected) / expected;

// Of the native engine, all that was compiled: elsewhere only the best set runs, and this
// is what a training consists of.
const backends = [...engines.filter((engine) => engine !== 'native'), ...usableSets];

describe.each(backends)('on %s', (backend) => {
  beforeAll(async () => {
    await useBackend(backend);
  });

  describe.each(networks)('of $name', (c) => {
    const { network, smoothing } = c;
    const config = configOf(network);
    const batch = batchOf(c.name, c.lengths, network);

    test("gives PyTorch's logits and losses", () => {
      const net = loadNetwork(config, network, weightsOf(c));
      const { smoothed, likelihood } = lossOf(net, batch, smoothing);
      const counts = Array.from(batch.target, (id) => (id === special.padding ? 0 : 1));
      const faults = tf.tidy(() =>
        faultOf('logits', tf.mul(forward(net, batch), tf.tensor2d(counts, [counts.length, 1])), c.output),
      );
      net.dispose();
      expect(faults).toEqual([]);
      expect(relative(smoothed, c.loss)).toBeLessThan(tolerance);
      expect(relative(likelihood, c.likelihood)).toBeLessThan(tolerance);
    });

    test("gives PyTorch's gradients of the loss by every parameter", () => {
      const gradients = gradientsOf(
        config,
        network,
        weightsOf(c),
        [batch],
        smoothedCrossEntropyLoss(smoothing),
        (part) => new RandomStream(1, part),
      );
      expect(relative(gradients.loss, c.loss)).toBeLessThan(tolerance);
      const values = gradientValues(gradients);
      expect([...values.keys()].sort()).toEqual(Object.keys(c.gradients).sort());
      expect([...values].flatMap(([key, gradient]) => valueFaultOf(key, gradient, c.gradients[key]))).toEqual([]);
    });
  });

  test.each(trainings)("gives PyTorch's weights after five updates with warm-up, decay and clipping: $name", (c) => {
    const { network } = c;
    const weights = weightsOf(c);
    const state: TrainingState = { config: configOf(network), parameters: new HostParameters(weights), updates: 0 };
    const { schedule, adam, smoothing: labelSmoothing, clipNorm } = c;
    const options = {
      schedule,
      adam,
      loss: smoothedCrossEntropyLoss(labelSmoothing),
      clipNorm,
      seed: { value: 1, stream: 'unused' },
    };
    c.lengths.forEach((lengths, i) => {
      const report = trainUpdate(state, network, [batchOf(`${c.name}/${i + 1}`, lengths, network)], options);
      const expected = c.reports[i];
      expect(report.tokens).toBe(expected.tokens);
      for (const figure of ['loss', 'gradientNorm', 'rate'] as const) {
        expect({ figure, close: relative(report[figure], expected[figure]) < tolerance }).toEqual({
          figure,
          close: true,
        });
      }
    });
    expect([...weights.entries].flatMap(([key, { data }]) => valueFaultOf(key, data, c.weights[key]))).toEqual([]);
  });

  test.each(optimisers)("gives PyTorch's weights after five updates with gradients of all sizes", (c) => {
    const { name, shape, adam, scale, rates, weight } = c;
    const size = shape[0] * shape[1];
    const set = new ParameterSet();
    set.entries.set('weight', { shape, data: uniform(`${name}/weight`, size, 1) });
    const moments = zeroMoments(set);
    rates.forEach((rate, i) => {
      const gradient = uniform(`${name}/gradient.${i + 1}`, size, 1).map((value, at) => value * 2 ** -(at % 34));
      adamUpdate('weight', set.get('weight'), moments, shape, { gradient, scale, rate, update: i + 1 }, adam);
    });
    expect(valueFaultOf('weight', set.get('weight').data, weight)).toEqual([]);
  });
});
