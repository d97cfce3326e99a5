import { beforeAll, describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import '../../src/tensor/gradients.ts';
import { activate } from '../../src/tensor/ops/activation.ts';
import { attend, masked } from '../../src/tensor/ops/attention.ts';
import { dynamicConvolution, lightConvolution, type Window } from '../../src/tensor/ops/convolution.ts';
import { outputLoss } from '../../src/tensor/ops/cross-entropy.ts';
import { dropoutBy, DropoutSource } from '../../src/tensor/ops/dropout.ts';
import { embedRows } from '../../src/tensor/ops/embedding.ts';
import { layerNorm, residualNorm } from '../../src/tensor/ops/layer-norm.ts';
import { linear } from '../../src/tensor/ops/linear.ts';
import type { NativeBackend } from '../../src/tensor/engines/native/backend.ts';
import { input, type NativeCalls, NativeCallError, number, output, size } from '../../src/tensor/engines/native/calls.ts';
import { selectEngine } from '../../src/tensor/engines/select.ts';
import { RandomStream } from '../../src/tensor/random.ts';
import { hasNative } from '../support/engines.ts';

const describeNative = hasNative ? describe : describe.skip;

type Operator = (...inputs: tf.Tensor[]) => tf.Tensor;

interface Values {
  shape: number[];
  data: Float32Array;
}

const random = (shape: number[], seed: number, scale = 1): Values => {
  const stream = new RandomStream(seed, ...shape);
  return { shape, data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => scale * stream.normal()) };
};

/** Result and gradients (of a fixed random combination of the results) on an engine. */
async function on(engine: string, operator: Operator, inputs: Values[], threads?: number): Promise<Float32Array[]> {
  await selectEngine(engine, threads);
  return tf.tidy(() => {
    const tensors = inputs.map(({ shape, data }) => tf.tensor(data.slice(), shape));
    const y = operator(...tensors);
    const weights = tf.tensor(random(y.shape, 99).data, y.shape);
    const gradients = tf.grads((...xs) => tf.sum(tf.mul(operator(...xs), weights)) as tf.Scalar)(tensors);
    return [y, ...gradients].map((x) => (x.dataSync() as Float32Array).slice());
  });
}

/** Largest difference over the largest value, or over `floor` where all values are small. */
function deviation(actual: Float32Array, expected: Float32Array, floor: number): number {
  let [difference, largest] = [0, floor];
  for (let i = 0; i < expected.length; i++) {
    difference = Math.max(difference, Math.abs(actual[i] - expected[i]));
    largest = Math.max(largest, Math.abs(expected[i]));
    if (Number.isNaN(actual[i]) !== Number.isNaN(expected[i])) return Infinity;
  }
  return difference / largest;
}

async function agree(operator: Operator, inputs: Values[], tolerance = 2e-5, floor = 1e-3): Promise<void> {
  const expected = await on('cpu', operator, inputs);
  const actual = await on('native', operator, inputs, 2);
  expected.forEach((values, i) => {
    expect(actual[i].length).toBe(values.length);
    expect({ part: i, tooFar: deviation(actual[i], values, floor) > tolerance }).toEqual({ part: i, tooFar: false });
  });
}

const shape = fc.record({
  batch: fc.integer({ min: 1, max: 3 }), time: fc.oneof(fc.integer({ min: 1, max: 9 }), fc.constantFrom(31, 64, 300)), sources: fc.integer({ min: 1, max: 40 }),
  heads: fc.constantFrom(1, 2, 4), size: fc.integer({ min: 1, max: 21 }), kernel: fc.constantFrom(1, 3, 7, 15, 31), seed: fc.nat(1e6),
  window: fc.constantFrom<Window>('centred', 'causal'), causal: fc.boolean(), padded: fc.boolean(),
});
const runs = { numRuns: 25 };

describeNative('the native engine agrees with the plain definition, forward and backward, for', () => {
  test('linear maps', () => fc.assert(fc.asyncProperty(shape, async ({ time, sources, size, seed }) => {
    await agree((x, w, b) => linear(x, w as tf.Tensor2D, b as tf.Tensor1D), [random([time, sources], seed), random([size, sources], seed + 1), random([size], seed + 2)]);
  }), runs), 60_000);

  test.each(['relu', 'leaky-relu', 'swish'] as const)('%s', (name) => fc.assert(fc.asyncProperty(shape, async ({ time, size, seed }) => {
    await agree((x) => activate(x, name), [random([time, size], seed, 3)]);
  }), runs));

  test('attention with padding, causal masks and rows of nothing but padding', () => fc.assert(fc.asyncProperty(shape, async ({ batch, time, sources, heads, size, seed, causal, padded }) => {
    const s = causal ? time : sources;
    const stream = new RandomStream(seed, 'padding');
    const padding = padded ? Float32Array.from({ length: batch * s }, (_, i) => (i < s ? stream.float() < 0.5 : true) ? masked : 0) : undefined;
    const width = heads * size;
    await agree((q, k, v) => attend(q, k, v, heads, { padding, causal }), [random([batch, time, width], seed), random([batch, s, width], seed + 1), random([batch, s, width], seed + 2)]);
  }), runs), 120_000);

  test('lightweight convolution', () => fc.assert(fc.asyncProperty(shape, async ({ batch, time, heads, size, kernel, seed, window }) => {
    await agree((x, w) => lightConvolution(x, w as tf.Tensor2D, window), [random([batch, time, heads * size], seed), random([heads, kernel], seed + 1)]);
  }), runs), 120_000);

  test('dynamic convolution', () => fc.assert(fc.asyncProperty(shape, async ({ batch, time, heads, size, kernel, seed, window }) => {
    await agree((x, w) => dynamicConvolution(x, w as tf.Tensor4D, window), [random([batch, time, heads * size], seed), random([batch, time, heads, kernel], seed + 1)]);
  }), runs), 120_000);

  // In narrow rows the gradient by x is a difference of nearly equal terms: what is left of it says nothing of either engine.
  test('layer normalisation', () => fc.assert(fc.asyncProperty(shape, async ({ time, size, seed }) => {
    await agree((x, g, b) => layerNorm(x, g as tf.Tensor1D, b as tf.Tensor1D), [random([time, size + 7], seed), random([size + 7], seed + 1), random([size + 7], seed + 2)], 2e-5, 1);
  }), runs));

  test('the norm of a residual sum with dropout', () => fc.assert(fc.asyncProperty(shape, async ({ time, size, seed }) => {
    const width = size + 7;
    const source = () => new DropoutSource(new RandomStream(seed, 'dropout'));
    await agree((x, y, g, b) => residualNorm(x, y, g as tf.Tensor1D, b as tf.Tensor1D, 0.3, source()),
      [random([time, width], seed), random([time, width], seed + 1), random([width], seed + 2), random([width], seed + 3)], 2e-5, 1);
  }), runs));

  test('dropout, to the same elements', () => fc.assert(fc.asyncProperty(shape, fc.integer({ min: 0, max: 0xffffffff }), fc.integer({ min: 0, max: 0xffffffff }), async ({ time, size, seed }, key0, key1) => {
    await agree((x) => dropoutBy(x, 0.25, [key0, key1]), [random([time, size], seed)], 1e-7);
  }), runs));

  test('embedding', () => fc.assert(fc.asyncProperty(shape, async ({ time, size, sources, seed }) => {
    const stream = new RandomStream(seed);
    const rows = Int32Array.from({ length: time }, () => stream.integer(sources));
    await agree((table) => embedRows(table as tf.Tensor2D, rows, 1.7, random([time, size], seed + 1).data), [random([sources, size], seed)]);
  }), runs));

  test('the output layer\'s loss', () => fc.assert(fc.asyncProperty(shape, async ({ time, size, sources, seed }) => {
    const stream = new RandomStream(seed);
    const types = sources + 1;
    const targets = Int32Array.from({ length: time }, () => stream.integer(types));
    const counts = Float32Array.from({ length: time }, () => Number(stream.float() < 0.8));
    await agree((features, weight) => outputLoss(features as tf.Tensor2D, { weight: weight as tf.Tensor2D, targets: tf.tensor1d(targets, 'int32'), counts: tf.tensor1d(counts) }, 0.1),
      [random([time, size], seed), random([types, size], seed + 1)]);
  }), runs), 60_000);

  test('sums and products with broadcasting, softmax and transposition', () => fc.assert(fc.asyncProperty(shape, async ({ batch, time, size, seed }) => {
    const x = random([batch, time, size], seed);
    for (const other of [[batch, time, size], [size], [batch, time, 1], [1, 1, size], [batch, 1, size], [1]]) {
      await agree((a, b) => tf.add(tf.mul(a, b), tf.sub(b, a)), [x, random(other, seed + 1)]);
    }
    await agree((a) => tf.softmax(tf.transpose(a, [0, 2, 1])), [x]);
    await agree((a) => tf.transpose(a, [2, 0, 1]), [x]);
  }), { numRuns: 10 }), 60_000);

  test('NaN, which goes through', async () => {
    const x = random([3, 8], 1);
    x.data[9] = NaN;
    const y = await on('native', (a) => activate(a, 'relu'), [x]);
    expect(Number.isNaN(y[0][9])).toBe(true);
  });
});

describeNative('results of the native engine do not depend on the number of threads', () => {
  test.each([1, 3, 8])('2 and %i give the same bits', async (threads) => {
    const operator: Operator = (x, w, b, g) => {
      const h = linear(x, w as tf.Tensor2D, b as tf.Tensor1D);
      const mixed = attend(h, h, h, 4, { causal: true });
      return residualNorm(h, lightConvolution(mixed, tf.softmax(tf.reshape(g, [4, 12])) as tf.Tensor2D, 'causal'), b as tf.Tensor1D, g as tf.Tensor1D, 0.1, new DropoutSource(new RandomStream(1)));
    };
    const inputs = [random([5, 77, 40], 1), random([48, 40], 2), random([48], 3), random([48], 4)];
    expect(await on('native', operator, inputs, threads)).toEqual(await on('native', operator, inputs, 2));
  });
});

describeNative('a wrong call of the native library throws, and crashes nothing', () => {
  let calls: NativeCalls;
  beforeAll(async () => {
    await selectEngine('native', 2);
    ({ calls } = tf.backend() as NativeBackend);
  });

  test('whatever is wrong with it', () => {
    const wrong = [undefined, null, 'x', {}, [1, 2], new Float64Array(100), new Int32Array(100), new Float32Array(3), new Uint8Array(400), 7];
    fc.assert(fc.property(fc.constantFrom(...wrong), fc.integer({ min: 0, max: 2 }), fc.constantFrom(4, 9, -1, 1.5, NaN, 2 ** 60, Infinity), (value, place, n) => {
      const x = new Float32Array(64);
      const call = (values: unknown[], count: number) => calls.call('sn_binary', number('op', 0), number('broadcast', 0), size('rows', 1), size('columns', count),
        input('a', values[0] as Float32Array, count), input('b', values[1] as Float32Array, count), output('out', values[2] as Float32Array, count));
      const arrays: unknown[] = [x, x, new Float32Array(64)];
      arrays[place] = value;
      expect(() => call(arrays, 4)).toThrow(NativeCallError);
      if (!(n === 4 || n === 9)) expect(() => call([x, x, new Float32Array(64)], n)).toThrow(NativeCallError);
      expect(() => call([x, x, x], 4)).toThrow(/shares memory/);
      expect(() => call([x.subarray(0, 8), x.subarray(8, 16), x.subarray(4, 12)], 8)).toThrow(/shares memory/);
    }), { numRuns: 300 });
  });

  test('an id outside of the table', async () => {
    await selectEngine('native');
    expect(() => embedRows(tf.zeros([3, 2]), Int32Array.of(0, 3), 1, new Float32Array(4))).toThrow(/sn_embed/);
  });

  test('a tensor that was disposed of', async () => {
    await selectEngine('native');
    const x = tf.ones([2, 2]);
    x.dispose();
    expect(() => activate(x, 'swish')).toThrow(/disposed/);
  });

  test('zero sizes are no mistake', async () => {
    await selectEngine('native');
    expect(tf.matMul(tf.zeros([0, 3]), tf.zeros([3, 2])).shape).toEqual([0, 2]);
    expect([...tf.matMul(tf.zeros([2, 0]), tf.zeros([0, 2])).dataSync()]).toEqual([0, 0, 0, 0]);
  });
});
