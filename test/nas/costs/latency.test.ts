import { describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { operatorNames } from '../../../src/model/mixing/operators.ts';
import { measureLatency, middleMean } from '../../../src/nas/costs/latency.ts';
import { selectEngine } from '../../../src/tensor/engines/select.ts';
import { engines } from '../../support/engines.ts';
import { randomWeights, tinyArchitecture, tinyConfig } from '../../support/network.ts';

describe('the mean of the middle', () => {
  test('leaves out the tenth at either end', () => {
    const values = [1000, 5, 5, 5, 5, 5, 5, 5, 5, 7, 7, 7, 7, 7, 7, 7, 7, 0, -3, 999];
    expect(middleMean(values)).toBe(6);
  });

  test('of fewer than ten values is their mean', () => {
    expect(middleMean([1, 2, 6])).toBe(3);
  });
});

describe('a latency', () => {
  const architecture = tinyArchitecture('attention');
  const weights = randomWeights(tinyConfig, architecture);

  test('is the mean of the middle of 20 timed runs', async () => {
    await selectEngine('wasm');
    // The clock is read at the start and at the end of each run.
    const durations = [500, ...Array.from({ length: 18 }, (_, i) => 20 + i), 0];
    let readings = 0;
    let time = 0;
    const now = () => {
      if (readings++ % 2 === 1) time += durations[(readings >> 1) - 1];
      return time;
    };
    expect(measureLatency(tinyConfig, architecture, weights, { now })).toBeCloseTo(
      durations.slice(2, 18).reduce((a, b) => a + b) / 16,
      9,
    );
    expect(readings).toBe(40);
  });

  test('is that of a translation of 23 steps, all after the first with 5 hypotheses', async () => {
    await selectEngine('cpu');
    const logits: string[] = [];
    const { kernels } = await tf.profile(() => {
      measureLatency(tinyConfig, architecture, weights, { runs: 2, warmUps: 1 });
      return tf.scalar(0);
    });
    // The output layer's products, [hypotheses, width] by [width, types].
    for (const {
      name,
      inputShapes: [left, right],
    } of kernels) {
      if (name === 'BatchMatMul' && String(right).endsWith('14,12')) logits.push(String(left));
    }
    expect(logits).toHaveLength((2 + 1) * 23);
    logits.forEach((shape, i) => expect(shape).toMatch(i % 23 === 0 ? /\b1,12$/ : /\b5,12$/));
  });

  test.each(engines)('leaves no tensor behind on the %s engine, with any operator', async (engine) => {
    await selectEngine(engine);
    for (const operator of operatorNames) {
      const own = tinyArchitecture(operator);
      const before = tf.memory();
      expect(measureLatency(tinyConfig, own, randomWeights(tinyConfig, own), { runs: 1, warmUps: 0 })).toBeGreaterThan(
        0,
      );
      expect(tf.memory().numTensors).toBe(before.numTensors);
      expect(tf.memory().numBytes).toBe(before.numBytes);
    }
  });
});
