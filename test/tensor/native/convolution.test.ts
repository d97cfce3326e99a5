import { test } from '@jest/globals';
import fc from 'fast-check';
import type { Window } from '../../../src/tensor/ops/convolution.ts';
import { expectAgreement } from '../../support/operators/agreement.ts';
import { convolutionCase } from '../../support/operators/convolution.ts';
import { describeNative, heads, runs, seed, sentences } from '../../support/operators/sizes.ts';

const sizes = fc.record({
  sentences,
  heads,
  size: fc.integer({ min: 1, max: 21 }),
  kernel: fc.constantFrom(1, 3, 7, 15, 31),
  window: fc.constantFrom<Window>('centred', 'causal'),
});

describeNative.each(['light', 'dynamic'] as const)(
  'the native engine, the plain definition and sums in double precision agree, forward and backward, for',
  (type) => {
    test(`${type} convolution`, () =>
      fc.assert(
        fc.asyncProperty(sizes, seed, async ({ sentences: [batch, time], heads, ...sizes }, seed) => {
          // The plain definition goes through a matrix of all pairs of steps.
          await expectAgreement(
            convolutionCase(type, { ...sizes, batch, time, heads: time > 80 ? 1 : heads }, seed),
            seed,
          );
        }),
        runs,
      ));

    test.each(['centred', 'causal'] as const)(
      `${type} convolution of a single token, and kernels wider than the sentence, %s`,
      async (window) => {
        await expectAgreement(
          convolutionCase(type, { batch: 2, time: 1, heads: 2, size: 1, kernel: 31, window }, 1),
          2,
        );
        await expectAgreement(
          convolutionCase(type, { batch: 3, time: 4, heads: 1, size: 17, kernel: 15, window }, 3),
          4,
        );
      },
    );

    test(`${type} convolution of 300 steps`, () =>
      expectAgreement(
        convolutionCase(type, { batch: 1, time: 300, heads: 1, size: 17, kernel: 31, window: 'centred' }, 5),
        6,
      ));
  },
);
