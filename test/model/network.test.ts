import { beforeAll, describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { type ModelConfig, operators } from '../../src/model/architecture.ts';
import { collate, padLeft } from '../../src/model/batch.ts';
import { decode, decodeStep, memoriesOf, startState } from '../../src/model/decoder.ts';
import { encode } from '../../src/model/encoder.ts';
import { forward, gradientsOf, loadNetwork, lossOf } from '../../src/model/training-step.ts';
import { selectEngine } from '../../src/tensor/engines/select.ts';
import { RandomStream } from '../../src/tensor/random.ts';
import { engines } from '../support/engines.ts';
import { gradientValues, randomBatch, randomSentence, randomWeights, tinyArchitecture, tinyConfig } from '../support/network.ts';

const dropoutOf = (part: number) => new RandomStream(1, part);

describe.each(engines)('on the %s engine', (engine) => {
  beforeAll(async () => {
    await selectEngine(engine);
  });

  describe.each(operators)('a network of %s', (operator) => {
    const architecture = tinyArchitecture(operator);

    // On the reference engine one form is enough: the other is the same operators in another order.
    test.each(engine === 'cpu' ? ['post'] as const : ['post', 'pre'] as const)('with %s-normalisation has the gradient that finite differences give', (norm) => {
      const config: ModelConfig = { ...tinyConfig, norm };
      const weights = randomWeights(config, architecture);
      const batch = randomBatch(config, [[5, 4], [3, 6], [1, 1]]);
      const gradients = gradientsOf(config, architecture, weights, [batch], 0.1, dropoutOf);
      const loss = () => {
        const net = loadNetwork(config, architecture, weights);
        const sums = lossOf(net, batch, 0.1);
        net.dispose();
        return sums.smoothed;
      };
      expect(loss()).toBeCloseTo(gradients.smoothed, 3);
      for (const [name, gradient] of gradientValues(gradients)) {
        const { data } = weights.get(name);
        // Along the gradient itself, normalised: the largest slope there is, so that rounding hides the least of it.
        const length = Math.hypot(...gradient);
        if (length < 0.05) continue;
        const before = data.slice();
        const step = 4e-3;
        const at = (sign: number) => {
          for (let i = 0; i < data.length; i++) data[i] = before[i] + (sign * step * gradient[i]) / length;
          return loss();
        };
        const slope = (at(1) - at(-1)) / (2 * step);
        data.set(before);
        // The loss is about 40 nats in single precision: rounding alone moves a slope by up to 4e-6 / step.
        expect({ name, error: Math.abs(slope - length) > 0.01 * length + 2e-3 }).toEqual({ name, error: false });
      }
    });

    test('does not see later target tokens', () => {
      const weights = randomWeights(tinyConfig, architecture);
      const net = loadNetwork(tinyConfig, architecture, weights);
      const random = new RandomStream(3);
      const source = randomSentence(tinyConfig.sourceTypes, 5, random);
      const target = randomSentence(tinyConfig.targetTypes, 7, random);
      const changed = target.slice();
      changed[4] = changed[4] === 5 ? 6 : 5;
      const one = forward(net, collate([source], [target])).arraySync();
      const other = forward(net, collate([source], [changed])).arraySync();
      expect(other.slice(0, 5)).toEqual(one.slice(0, 5));
      expect(other[5]).not.toEqual(one[5]);
      net.dispose();
    });

    test('gives a batch what its sentences give alone, whatever their padding', () => {
      const weights = randomWeights(tinyConfig, architecture);
      const net = loadNetwork(tinyConfig, architecture, weights);
      const random = new RandomStream(4);
      const pairs = [[9, 3], [1, 8], [4, 5]].map(([s, t]) => [randomSentence(16, s, random), randomSentence(14, t, random)]);
      const together = forward(net, collate(pairs.map(([s]) => s), pairs.map(([, t]) => t))).arraySync();
      pairs.forEach(([source, target], row) => {
        const alone = forward(net, collate([source], [target])).arraySync();
        alone.forEach((logits, t) => logits.forEach((value, i) => expect(together[row * 8 + t][i]).toBeCloseTo(value, 4)));
      });
      net.dispose();
    });

    test('decodes step by step what it decodes at once', () => {
      const config: ModelConfig = { ...tinyConfig, norm: 'pre' };
      const weights = randomWeights(config, architecture);
      const net = loadNetwork(config, architecture, weights);
      const random = new RandomStream(5);
      const sources = [randomSentence(16, 6, random), randomSentence(16, 3, random)];
      const length = 9;
      const inputs = sources.map(() => randomSentence(14, length, random));
      const encoding = encode(net, padLeft(sources), 2);
      const whole = decode(net, encoding, Int32Array.from(inputs.flatMap((ids) => [...ids])), 2).arraySync() as number[][][];
      const memories = memoriesOf(net, encoding);
      let state = startState(net);
      for (let t = 0; t < length; t++) {
        const step = decodeStep(net, memories, state, Int32Array.from(inputs, (ids) => ids[t]));
        state = step.state;
        (step.features.arraySync() as number[][][]).forEach(([features], row) =>
          features.forEach((value, i) => expect(value).toBeCloseTo(whole[row][t][i], 4)));
      }
      net.dispose();
    });
  });

  test('a training step leaves no tensor behind', () => {
    const architecture = tinyArchitecture('lsra-dynamic');
    const config = { ...tinyConfig, dropout: 0.2, weightDropout: 0.1 };
    const weights = randomWeights(config, architecture);
    const batch = randomBatch(config, [[5, 4], [3, 6]]);
    const before = tf.memory().numTensors;
    const one = gradientsOf(config, architecture, weights, [batch, batch], 0.1, dropoutOf);
    tf.dispose(one.tensors);
    expect(tf.memory().numTensors).toBe(before);
    expect(one.tokens).toBe(20);
  });
});
