import { beforeAll, describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import type { ModelConfig } from '../../src/model/architecture.ts';
import { trainUpdate } from '../../src/model/trainer.ts';
import { Evaluator } from '../../src/nas/evaluator.ts';
import { architectureOf, sampleGenes, type Space } from '../../src/nas/space.ts';
import { selectEngine } from '../../src/tensor/engines/select.ts';
import { RandomStream } from '../../src/tensor/random.ts';
import { engines } from '../support/engines.ts';
import { randomBatch, tinyConfig } from '../support/network.ts';
import { largeSteps, newSupernet, smallSpace } from '../support/supernet.ts';

const space: Space = { ...smallSpace, encoderLayers: 1, decoderLayers: [1], spans: [1] };
const config: ModelConfig = { ...tinyConfig, dropout: 0.2, weightDropout: 0.1, attentionDropout: 0.1 };

/** What is alive: tensors, arrays behind them, and bytes. */
function alive(): number[] {
  const { numTensors, numDataBuffers, numBytes } = tf.memory();
  return [numTensors, numDataBuffers, numBytes];
}

describe.each(engines)('on the %s engine', (engine) => {
  beforeAll(async () => {
    await selectEngine(engine);
  });

  test.each(['post', 'pre'] as const)(
    '150 updates of random subnets, %s-normalised, leave nothing alive that was not so before, after any of them',
    (norm) => {
      const state = newSupernet({ ...config, norm }, space);
      const draws = new RandomStream(51);
      const before = alive();
      const { weights: set, moments } = state.parameters.toHost();
      const weights = set.entries.size;
      for (let update = 1; update <= 150; update++) {
        const batch = randomBatch(
          config,
          update % 2 === 0
            ? [[2, 3]]
            : [
                [3, 1],
                [1, 2],
              ],
          update,
        );
        trainUpdate(state, architectureOf(space, sampleGenes(space, draws)), [batch], largeSteps);
        expect(alive()).toEqual(before);
      }
      expect([set.entries.size, moments.first.entries.size, moments.second.entries.size]).toEqual([
        weights,
        weights,
        weights,
      ]);
    },
  );

  test('nor does ranking', () => {
    const state = newSupernet(config, space);
    const evaluator = new Evaluator(
      space,
      { config, weights: state.parameters, batches: [randomBatch(config, [[3, 2]])] },
      { labelSmoothing: 0.1, penalty: 1, bounds: {} },
    );
    const draws = new RandomStream(52);
    const before = alive();
    for (let ranking = 0; ranking < 3; ranking++) {
      evaluator.score(Array.from({ length: 8 }, () => sampleGenes(space, draws)));
      expect(alive()).toEqual(before);
    }
  });
});
