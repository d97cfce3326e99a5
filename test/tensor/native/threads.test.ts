import { expect, test } from '@jest/globals';
import { evaluate } from '../../support/operators/agreement.ts';
import { attentionCase } from '../../support/operators/attention.ts';
import { useBackend } from '../../support/operators/backends.ts';
import type { Case } from '../../support/operators/case.ts';
import { convolutionCase } from '../../support/operators/convolution.ts';
import { activationCase, binaryCase, dropoutCase, softmaxCase } from '../../support/operators/elementwise.ts';
import { appendCase, concatCase, gatherCase, splitCase, transposeCase } from '../../support/operators/layout.ts';
import { layerNormCase, residualNormCase, residualSumCase } from '../../support/operators/norm.ts';
import { activatedLinearCase, linearCase, productCase } from '../../support/operators/products.ts';
import { describeEachSet } from '../../support/operators/sizes.ts';
import { embeddingCase, outputLossCase, tokenLossesCase } from '../../support/operators/words.ts';

/**
 * As large as it takes for every kernel to cut its work into more pieces than there are threads; odd,
 * so that the last one is short.
 */
const cases: Record<string, () => Case> = {
  'a linear map': () => linearCase([6, 101], 67, 301, true, 1),
  'a linear map without bias': () => linearCase([6, 101], 67, 301, false, 1),
  'an activated linear map': () => activatedLinearCase([6, 101], 401, 301, 'leaky-relu', 1),
  'a large product': () => productCase({ outerA: [2], outerB: [2], m: 301, k: 401, n: 203 }, 2),
  'a batch of small products': () => productCase({ outerA: [301], outerB: [301], m: 31, k: 29, n: 33 }, 3),
  'a product by a transposed matrix': () =>
    productCase({ outerA: [], outerB: [], m: 301, k: 401, n: 203, transposeB: true }, 4),
  "a transposed matrix's product": () =>
    productCase({ outerA: [], outerB: [], m: 301, k: 401, n: 203, transposeA: true }, 4),
  attention: () =>
    attentionCase({ batch: 5, targets: 97, sources: 101, heads: 4, size: 17, padding: 'some', causal: false }, 5),
  'causal attention': () =>
    attentionCase({ batch: 5, targets: 97, sources: 97, heads: 4, size: 17, padding: 'all', causal: true }, 6),
  'light convolution': () =>
    convolutionCase('light', { batch: 11, time: 101, heads: 4, size: 17, kernel: 7, window: 'centred' }, 7),
  'causal light convolution': () =>
    convolutionCase('light', { batch: 11, time: 101, heads: 4, size: 17, kernel: 31, window: 'causal' }, 8),
  'dynamic convolution': () =>
    convolutionCase('dynamic', { batch: 11, time: 101, heads: 4, size: 17, kernel: 7, window: 'centred' }, 9),
  'causal dynamic convolution': () =>
    convolutionCase('dynamic', { batch: 11, time: 101, heads: 4, size: 17, kernel: 31, window: 'causal' }, 10),
  'layer normalisation': () => layerNormCase([9, 101], 149, 1, 11),
  'a residual sum': () => residualSumCase([9, 101], 149, 0.3, 13),
  'the norm of a residual sum': () => residualNormCase([9, 101], 149, 1, 0.3, 12),
  relu: () => activationCase('relu', [9, 101, 149], 13),
  'leaky-relu': () => activationCase('leaky-relu', [9, 101, 149], 13),
  swish: () => activationCase('swish', [9, 101, 149], 13),
  dropout: () => dropoutCase([9, 101, 149], 0.3, [1, 2], 14),
  softmax: () => softmaxCase([9, 101, 149], 1, 15),
  'softmax of short rows': () => softmaxCase([11, 1301, 7], 1, 15),
  'a sum': () => binaryCase('add', [9, 101, 149], [9, 101, 149], 16),
  'a difference from a row': () => binaryCase('sub', [9, 101, 149], [149], 17),
  'a product with a column': () => binaryCase('mul', [9, 101, 149], [9, 101, 1], 18),
  'a product with one number': () => binaryCase('mul', [9, 101, 149], [1], 19),
  'exchanged axes': () => transposeCase([9, 101, 149], [0, 2, 1], 20),
  'tensors side by side': () => concatCase([9, 101, 149], [30, 119], 2, 21),
  'rows of a tensor': () => gatherCase([301, 149], 901, 23),
  'steps behind those of rows': () => appendCase({ parents: 301, before: 7, more: 1, rest: [149] }, 301, 24),
  'a tensor in parts': () => splitCase([9, 101, 149], [30, 119], 2, 22),
  embedding: () => embeddingCase(1101, 301, 161, 23),
  "the output layer's loss": () =>
    outputLossCase({ tokens: 901, types: 301, width: 67, epsilon: 0.1, counted: 0.9 }, 24),
  'the losses of each token': () =>
    tokenLossesCase({ tokens: 901, types: 301, width: 67, epsilon: 0.1, counted: 0.9 }, 25),
};

const made = new Map<string, Case>();

function caseNamed(name: string): Case {
  if (!made.has(name)) made.set(name, cases[name]());
  return made.get(name)!;
}

const bytes = ({ buffer, byteOffset, byteLength }: Float32Array) => Buffer.from(buffer, byteOffset, byteLength);

describeEachSet(
  'results and gradients on %s are the same to the last bit for 1, 2, 3 and 8 threads, and in another run, of',
  (isa) => {
    test.each(Object.keys(cases))('%s', async (name) => {
      const tried = caseNamed(name);
      const results: Buffer[][] = [];
      for (const threads of [1, 2, 3, 8, 3]) {
        await useBackend(isa, threads);
        results.push(evaluate(tried, 1).map(bytes));
      }
      results.slice(1).forEach((parts, run) =>
        parts.forEach((part, i) => {
          expect({ run, part: i, same: part.equals(results[0][i]) }).toEqual({ run, part: i, same: true });
        }),
      );
    });
  },
);
