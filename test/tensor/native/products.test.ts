import { test } from '@jest/globals';
import fc from 'fast-check';
import { expectAgreement } from '../../support/operators/agreement.ts';
import { linearCase, productCase } from '../../support/operators/products.ts';
import { describeNative, runs, sentences, seed, width } from '../../support/operators/sizes.ts';

describeNative('the native engine, the plain definition and sums in double precision agree, forward and backward, for', () => {
  test('linear maps with and without bias', () => fc.assert(fc.asyncProperty(
    fc.record({ sentences, inner: width, out: width, biased: fc.boolean(), seed }),
    ({ sentences, inner, out, biased, seed }) => expectAgreement(linearCase(sentences, inner, out, biased, seed), seed),
  ), runs));

  test.each([[1, 1, 1], [70, 800, 35], [300, 40, 530], [15, 385, 257], [1, 390, 65], [129, 1, 33]])('linear maps of %i rows from width %i to %i, which are computed in blocks', (rows, inner, out) =>
    expectAgreement(linearCase([rows], inner, out, true, 3), 4));

  const extent = fc.oneof(fc.integer({ min: 1, max: 9 }), fc.constantFrom(15, 16, 17, 31, 32, 33, 48, 65));
  const product = fc.record({ m: extent, k: extent, n: extent, transposeA: fc.boolean(), transposeB: fc.boolean() });

  test('products of matrices, of batches of them, and of batches with a single one, in all transpositions', () => fc.assert(fc.asyncProperty(
    product, fc.constantFrom<number[][]>([[], []], [[3], [3]], [[2, 3], [2, 3]], [[1], [4]], [[5], [1]], [[40], [40]]), seed,
    (sizes, [outerA, outerB], seed) => expectAgreement(productCase({ ...sizes, outerA, outerB }, seed), seed),
  ), { numRuns: 60 }));

  test.each([[false, false], [false, true], [true, false], [true, true]])('large products, transposed: %s, %s', (transposeA, transposeB) =>
    expectAgreement(productCase({ outerA: [2], outerB: [2], m: 131, k: 401, n: 67, transposeA, transposeB }, 5), 6));
});
