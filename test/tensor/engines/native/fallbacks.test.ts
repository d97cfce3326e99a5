import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { describeFallbacks, FallbackCounter } from '../../../../src/tensor/engines/native/fallbacks.ts';
import { selectEngine } from '../../../../src/tensor/engines/select.ts';
import { describeNative } from '../../../support/operators/sizes.ts';

/** A kernel that takes some milliseconds by the clock. */
const busy =
  (milliseconds: number): tf.KernelFunc =>
  () => {
    const end = performance.now() + milliseconds;
    while (performance.now() < end);
    return [];
  };

const kernel = (kernelName: string, backendName = 'plain') => tf.getKernel(kernelName, backendName).kernelFunc;
const call = (kernelFunc: tf.KernelFunc) => kernelFunc({ inputs: {}, backend: {} });

describe('kernels that a backend takes over from another', () => {
  beforeEach(() => {
    tf.registerKernel({ kernelName: 'Quick', backendName: 'plain', kernelFunc: busy(1) });
    tf.registerKernel({ kernelName: 'Slow', backendName: 'plain', kernelFunc: busy(20) });
    tf.registerKernel({ kernelName: 'Idle', backendName: 'plain', kernelFunc: busy(0) });
  });
  afterEach(() => ['Quick', 'Slow', 'Idle'].forEach((name) => tf.unregisterKernel(name, 'plain')));

  test('are counted and timed when they run, the most expensive first', () => {
    const counter = new FallbackCounter();
    const taken = counter.counting('plain', () => ({
      quick: kernel('Quick'),
      slow: kernel('Slow'),
      idle: kernel('Idle'),
    }));
    for (const kernelFunc of [taken.quick, taken.slow, taken.quick, taken.quick]) call(kernelFunc);
    const fallbacks = counter.fallbacks();
    expect(fallbacks.map(({ kernel, calls }) => [kernel, calls])).toEqual([
      ['Slow', 1],
      ['Quick', 3],
    ]);
    expect(fallbacks[0].milliseconds).toBeGreaterThanOrEqual(20);
    expect(fallbacks[1].milliseconds).toBeGreaterThanOrEqual(3);
  });

  test('count too when they fail, and the error goes through', () => {
    const counter = new FallbackCounter();
    tf.registerKernel({
      kernelName: 'Broken',
      backendName: 'plain',
      kernelFunc: () => {
        throw new Error('broken');
      },
    });
    const taken = counter.counting('plain', () => kernel('Broken'));
    expect(() => call(taken)).toThrow('broken');
    expect(counter.fallbacks()).toMatchObject([{ kernel: 'Broken', calls: 1 }]);
    tf.unregisterKernel('Broken', 'plain');
  });

  test('stay what they were on the backend itself, also when taking them over fails', () => {
    const counter = new FallbackCounter();
    const before = ['Quick', 'Slow', 'Idle'].map((name) => kernel(name));
    expect(() =>
      counter.counting('plain', () => {
        throw new Error('no');
      }),
    ).toThrow('no');
    expect(['Quick', 'Slow', 'Idle'].map((name) => kernel(name))).toEqual(before);
    before.forEach(call);
    expect(counter.fallbacks()).toEqual([]);
  });
});

test('a report says what ran in JavaScript, or that nothing did', () => {
  expect(
    describeFallbacks([
      { kernel: 'Sum', calls: 12, milliseconds: 1500 },
      { kernel: 'Tile', calls: 1, milliseconds: 0.6 },
    ]),
  ).toEqual(['kernels that ran in JavaScript: 2, 1.501 s in total', '  Sum × 12: 1.500 s', '  Tile × 1: 0.001 s']);
  expect(describeFallbacks([])).toEqual(['every kernel that ran was C']);
});

describeNative('the native engine that is told to watch itself', () => {
  test('reports kernels that have no C version and cases that C leaves to JavaScript, and no others', async () => {
    process.env.SHRINKNAS_DEBUG = 'engine';
    const { report } = await selectEngine('native', 1);
    delete process.env.SHRINKNAS_DEBUG;
    tf.tidy(() => {
      const x = tf.tensor2d([1, 2, 3, 4], [2, 2]);
      tf.matMul(x, x).dataSync();
      tf.add(x, x).dataSync();
      tf.cumsum(x).dataSync();
      // The C kernel adds floats alone.
      tf.add(tf.tensor1d([1, 2], 'int32'), tf.tensor1d([3, 4], 'int32')).dataSync();
    });
    const lines = report!().join('\n');
    expect(lines).toMatch(/^ {2}Cumsum × 1: /m);
    expect(lines).toMatch(/^ {2}Add × 1: /m);
    expect(lines).not.toContain('MatMul');
  });
});
