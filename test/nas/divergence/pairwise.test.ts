import { beforeAll, describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { logitMetric } from '../../../src/nas/divergence/logit-metric.ts';
import { PairwiseDivergence } from '../../../src/nas/divergence/pairwise.ts';
import { standardise } from '../../../src/nas/divergence/rows.ts';
import { selectEngine } from '../../../src/tensor/engines/select.ts';
import { RandomStream } from '../../../src/tensor/random.ts';
import { engines } from '../../support/engines.ts';

function normals(count: number, ...name: (string | number)[]): Float32Array {
  const random = new RandomStream(1, ...name);
  return Float32Array.from({ length: count }, () => random.normal());
}

/** Mean squared difference of all values, the definition. */
function bruteForce(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, i) => sum + (value - b[i]) ** 2, 0) / a.length;
}

describe.each(engines)('divergence of all pairs on the %s engine', (engine) => {
  beforeAll(async () => {
    await selectEngine(engine, 1);
  });

  test('is the mean squared difference of the standardised vectors of each pair', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 6 }),
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 2, max: 12 }),
        (networks, tokens, width) => {
          const vectors = Array.from({ length: networks }, (_, n) =>
            standardise(normals(tokens * width, networks, tokens, width, n), width),
          );
          const before = tf.memory().numTensors;
          const pairs = new PairwiseDivergence(networks, { size: width });
          pairs.add(vectors, tokens);
          expect(tf.memory().numTensors).toBe(before);
          const { values } = pairs.result();
          vectors.forEach((a, i) =>
            vectors.forEach((b, j) => expect(values[i * networks + j]).toBeCloseTo(bruteForce(a, b), 4)),
          );
        },
      ),
      { numRuns: 20 },
    );
  });

  test('of logits is that of the logits themselves, from features of any width', () => {
    const [types, size, tokens] = [50, 8, 6];
    const output = { shape: [types, size], data: normals(types * size, 'output') };
    const widths = [8, 4, 6, 8];
    const features = widths.map((width, n) => normals(tokens * width, 'features', n));
    const pairs = new PairwiseDivergence(widths.length, logitMetric(output));
    pairs.add(
      features.map((values, n) => values.subarray(0, 2 * widths[n])),
      2,
    );
    pairs.add(
      features.map((values, n) => values.subarray(2 * widths[n])),
      4,
    );
    const { values } = pairs.result();

    const logits = features.map((rows, n) => {
      const width = widths[n];
      const z = Float32Array.from({ length: tokens * types }, (_, at) => {
        const [token, type] = [Math.floor(at / types), at % types];
        return Array.from({ length: width }, (_, i) => output.data[type * size + i] * rows[token * width + i]).reduce(
          (sum, part) => sum + part,
          0,
        );
      });
      return standardise(z, types);
    });
    logits.forEach((a, i) =>
      logits.forEach((b, j) => expect(values[i * widths.length + j]).toBeCloseTo(bruteForce(a, b), 4)),
    );
  });
});

describe('divergence of all pairs', () => {
  beforeAll(async () => {
    await selectEngine('wasm');
  });

  test('is next to 0 of equal networks, and about 2 of unrelated ones', () => {
    const [one, other] = [0, 1].map((n) => normals(500 * 100, n));
    const pairs = new PairwiseDivergence(3, { size: 100 });
    pairs.add([one, one, other], 500);
    const {
      values: [, equal, unrelated],
    } = pairs.result();
    expect(equal).toBeLessThan(1e-6);
    expect(Math.abs(unrelated - 2)).toBeLessThan(0.05);
  });

  test('does not depend on how tokens are cut into products', () => {
    // So many networks that the tokens do not fit into one product.
    const [networks, tokens, width] = [80, 1000, 3];
    const vectors = Array.from({ length: networks }, (_, n) => standardise(normals(tokens * width, n), width));
    const pairs = new PairwiseDivergence(networks, { size: width });
    pairs.add(vectors, tokens);
    const { values } = pairs.result();
    for (const [i, j] of [
      [0, 1],
      [3, 79],
      [78, 79],
    ])
      expect(values[i * networks + j]).toBeCloseTo(bruteForce(vectors[i], vectors[j]), 4);
  });

  test('counts a vector without direction as zeros', () => {
    const pairs = new PairwiseDivergence(2, { size: 4 });
    pairs.add([new Float32Array(4), Float32Array.of(1, -1, 1, -1)], 1);
    expect(pairs.result().values[1]).toBeCloseTo(1, 6);
  });
});
