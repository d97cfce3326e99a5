import { expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { NativeCallError } from '../../../src/tensor/engines/native/calls.ts';
import { appendTo } from '../../../src/tensor/ops/rows.ts';
import { expectAgreement } from '../../support/operators/agreement.ts';
import { useBackend } from '../../support/operators/backends.ts';
import { appendCase, concatCase, gatherCase, splitCase, transposeCase } from '../../support/operators/layout.ts';
import { describeNative, runs, seed, sentences, width } from '../../support/operators/sizes.ts';

describeNative('the native engine, the plain definition and indices agree, forward and backward, for', () => {
  const orders = [
    [0, 2, 1],
    [2, 0, 1],
    [1, 0, 2],
    [2, 1, 0],
    [0, 1, 2],
  ];

  test('exchanged axes', () =>
    fc.assert(
      fc.asyncProperty(sentences, width, fc.constantFrom(...orders), seed, (sentences, width, order, seed) =>
        expectAgreement(transposeCase([...sentences, width], order, seed), seed),
      ),
      runs,
    ));

  test.each([
    [
      [129, 67],
      [1, 0],
    ],
    [
      [2, 2, 9, 65],
      [0, 1, 3, 2],
    ],
    [
      [2, 3, 5, 7],
      [0, 2, 1, 3],
    ],
  ])('axes of %j as %j', (shape, axes) => expectAgreement(transposeCase(shape, axes, 1), 2));

  const parts = fc.record({
    shape: fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 20 })),
    extents: fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 2, maxLength: 4 }),
    axis: fc.integer({ min: 0, max: 2 }),
  });

  test('tensors laid side by side', () =>
    fc.assert(
      fc.asyncProperty(parts, seed, ({ shape, extents, axis }, seed) =>
        expectAgreement(concatCase(shape, extents, axis, seed), seed),
      ),
      runs,
    ));

  test('tensors cut into parts', () =>
    fc.assert(
      fc.asyncProperty(parts, seed, ({ shape, extents, axis }, seed) =>
        expectAgreement(splitCase(shape, extents, axis, seed), seed),
      ),
      runs,
    ));

  const count = fc.integer({ min: 1, max: 40 });

  test('rows of a tensor', () =>
    fc.assert(
      fc.asyncProperty(parts, count, seed, ({ shape }, count, seed) =>
        expectAgreement(gatherCase(shape, count, seed), seed),
      ),
      runs,
    ));

  test('steps behind those of rows', () =>
    fc.assert(
      fc.asyncProperty(parts, count, seed, ({ shape: [parents, before, width], extents: [more] }, count, seed) =>
        expectAgreement(appendCase({ parents, before, more, rest: [width] }, count, seed), seed),
      ),
      runs,
    ));

  test('a row that is not there is an error', async () => {
    const x = appendCase({ parents: 2, before: 1, more: 1, rest: [3] }, 4, 1);
    await useBackend('native');
    const [earlier, now] = x.inputs.map(({ data, shape }) => tf.tensor(data, shape));
    expect(() => appendTo(earlier, Int32Array.of(0, 2, 1, 1), now)).toThrow(NativeCallError);
    expect(() => tf.gather(earlier, tf.tensor1d([2], 'int32'))).toThrow(NativeCallError);
    tf.dispose([earlier, now]);
  });
});
