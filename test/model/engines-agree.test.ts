import { beforeAll, describe, expect, test } from '@jest/globals';
import type { ModelConfig } from '../../src/model/architecture.ts';
import { gradientsOf } from '../../src/model/gradients.ts';
import { smoothedCrossEntropyLoss } from '../../src/model/loss.ts';
import { selectEngine } from '../../src/tensor/engines/select.ts';
import { RandomStream } from '../../src/tensor/random.ts';
import { engines } from '../support/engines.ts';
import { gradientValues, randomBatch, randomWeights, stacks, tinyConfig, tinyStack } from '../support/network.ts';

/** Dropout in all places that have it: every engine must draw the same masks. */
const config: ModelConfig = { ...tinyConfig, dropout: 0.2, weightDropout: 0.3, attentionDropout: 0.1 };
const batch = randomBatch(
  config,
  [
    [5, 4],
    [2, 6],
  ],
  3,
);

interface Computed {
  loss: number;
  gradients: Map<string, Float32Array>;
}

function compute(stack: (typeof stacks)[number]): Computed {
  const architecture = tinyStack(stack);
  const result = gradientsOf(
    config,
    architecture,
    randomWeights(config, architecture),
    [batch],
    smoothedCrossEntropyLoss(0.1),
    (part) => new RandomStream(7, part),
  );
  return { loss: result.loss, gradients: gradientValues(result) };
}

/** Norm of the difference relative to the largest gradient of the network. */
function distance(actual: Float32Array, expected: Float32Array, scale: number): number {
  return Math.hypot(...actual.map((value, i) => value - expected[i])) / scale;
}

describe.each(stacks)('a network of layers: %s', (stack) => {
  let defined: Computed;
  beforeAll(async () => {
    await selectEngine('cpu');
    defined = compute(stack);
  });

  test.each(engines.filter((engine) => engine !== 'cpu'))(
    "has on %s the loss and gradients of the operators' definitions",
    async (engine) => {
      await selectEngine(engine);
      const { loss, gradients } = compute(stack);
      expect(Math.abs(loss - defined.loss) / defined.loss).toBeLessThan(1e-5);
      const scale = Math.max(...[...defined.gradients.values()].map((values) => Math.hypot(...values)));
      expect([...gradients.keys()]).toEqual([...defined.gradients.keys()]);
      const wrong = [...gradients].filter(
        ([name, values]) => !(distance(values, defined.gradients.get(name)!, scale) < 1e-5),
      );
      expect(wrong.map(([name]) => name)).toEqual([]);
    },
  );
});
