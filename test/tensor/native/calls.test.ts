import { beforeAll, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { activate } from '../../../src/tensor/ops/activation.ts';
import { embedRows } from '../../../src/tensor/ops/embedding.ts';
import type { NativeBackend } from '../../../src/tensor/engines/native/backend.ts';
import { type NativeCalls, NativeCallError, span } from '../../../src/tensor/engines/native/calls.ts';
import { selectEngine } from '../../../src/tensor/engines/select.ts';
import { describeNative } from '../../support/operators/sizes.ts';

describeNative('a wrong call of the native library throws, and crashes nothing', () => {
  let calls: NativeCalls;
  beforeAll(async () => {
    await selectEngine('native', 2);
    ({ calls } = tf.backend() as NativeBackend);
  });

  const add = (a: unknown, b: unknown, out: unknown, columns: number) =>
    calls.call('sn_binary', {
      op: 0,
      broadcast: 0,
      rows: 1,
      columns,
      a: span(a as Float32Array, columns),
      b: span(b as Float32Array, columns),
      out: span(out as Float32Array, columns),
    });
  const floats = () => new Float32Array(64);

  const wrong = [
    undefined,
    null,
    'x',
    {},
    [1, 2],
    new Float64Array(100),
    new Int32Array(100),
    new Float32Array(3),
    new Uint8Array(400),
    7,
  ];
  test.each([0, 1, 2])('where array %i is none, of another type, or too short', (place) => {
    wrong.forEach((value) => {
      const arrays: unknown[] = [floats(), floats(), floats()];
      arrays[place] = value;
      expect(() => add(arrays[0], arrays[1], arrays[2], 4)).toThrow(NativeCallError);
    });
  });

  test.each([-1, 1.5, NaN, 65, 2 ** 60, Infinity])('where the size is %d, with arrays of 64', (columns) => {
    expect(() => add(floats(), floats(), floats(), columns)).toThrow(NativeCallError);
  });

  const place = fc.integer({ min: 0, max: 32 });
  test('where the output overlaps an input, and only then', () =>
    fc.assert(
      fc.property(place, place, fc.integer({ min: 1, max: 16 }), (a, out, n) => {
        const memory = new Float32Array(64);
        const call = () => add(memory.subarray(a), floats(), memory.subarray(out), n);
        if (Math.abs(a - out) < n) expect(call).toThrow(/shares memory/);
        else expect(call).not.toThrow();
      }),
    ));

  test('where an id is outside of the table', () => {
    expect(() => embedRows(tf.zeros([3, 2]), Int32Array.of(0, 3), 1, new Float32Array(4))).toThrow(/sn_embed/);
  });

  test('where a tensor was disposed of', () => {
    const x = tf.ones([2, 2]);
    x.dispose();
    expect(() => activate(x, 'swish')).toThrow(/disposed/);
  });

  test('but not for sizes of 0', () => {
    expect(tf.matMul(tf.zeros([0, 3]), tf.zeros([3, 2])).shape).toEqual([0, 2]);
    expect([...tf.matMul(tf.zeros([2, 0]), tf.zeros([0, 2])).dataSync()]).toEqual([0, 0, 0, 0]);
  });
});
