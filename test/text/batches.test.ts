import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { makeBatches } from '../../src/text/batches.ts';

const inOrder = (n: number): number[] => Array.from({ length: n }, (_, i) => i);
const plain = (batches: Int32Array[]): number[][] => batches.map((batch) => [...batch]);

describe('makeBatches', () => {
  test('sorts by source length, then target length, then the permutation', () => {
    const { batches } = makeBatches([3, 2, 3, 2, 2], [1, 9, 1, 4, 9], 1000, [4, 2, 0, 1, 3]);
    expect(plain(batches)).toEqual([[3, 4, 1, 2, 0]]);
  });

  test('a batch is filled while (sentences + 1) × longest side fits', () => {
    const { batches } = makeBatches([2, 2, 2, 2, 3], [1, 1, 1, 1, 1], 6, inOrder(5));
    expect(plain(batches)).toEqual([
      [0, 1, 2],
      [3, 4],
    ]);
  });

  test('sentences beyond a multiple of 8 go over to the next batch', () => {
    const lengths = new Array<number>(24).fill(1);
    expect(makeBatches(lengths, lengths, 11, inOrder(24)).batches.map((batch) => batch.length)).toEqual([8, 8, 8]);
    expect(makeBatches(lengths, lengths, 20, inOrder(24)).batches.map((batch) => batch.length)).toEqual([16, 8]);
  });

  test('the pair that opens a batch together with carried ones counts for its width', () => {
    // Nine short pairs fill a batch of 9 tokens; one is carried over and meets pairs of length 4: two
    // of them are 8 tokens, three 12.
    const lengths = [...new Array<number>(9).fill(1), 4, 4];
    expect(makeBatches(lengths, lengths, 9, inOrder(11)).batches.map((batch) => [...batch])).toEqual([
      [0, 1, 2, 3, 4, 5, 6, 7],
      [8, 9],
      [10],
    ]);
  });

  test('whatever the lengths: every pair is in one batch, no batch exceeds the limit, and neighbours in length are together', () => {
    const pairs = fc.array(fc.tuple(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 30 })), {
      maxLength: 120,
    });
    fc.assert(
      fc.property(pairs, fc.integer({ min: 30, max: 200 }), (lengths, maxTokens) => {
        const source = lengths.map(([s]) => s);
        const target = lengths.map(([, t]) => t);
        const { batches, skipped } = makeBatches(source, target, maxTokens, inOrder(lengths.length));
        expect(skipped).toBe(0);
        const all = plain(batches).flat();
        expect([...all].sort((a, b) => a - b)).toEqual(inOrder(lengths.length));
        for (const batch of plain(batches)) {
          expect(batch.length * Math.max(...batch.map((i) => Math.max(source[i], target[i])))).toBeLessThanOrEqual(
            maxTokens,
          );
        }
        for (let i = 1; i < all.length; i++) expect(source[all[i]]).toBeGreaterThanOrEqual(source[all[i - 1]]);
      }),
    );
  });

  test('a pair that fits no batch is an error that names it, or is left out and counted', () => {
    expect(() => makeBatches([3, 12], [3, 4], 10, [0, 1])).toThrow(
      '1 sentence pair(s) do not fit a batch of 10 tokens; pair 2 has 12.',
    );
    const { batches, skipped } = makeBatches([3, 12], [3, 4], 10, [0, 1], 'skip');
    expect(plain(batches)).toEqual([[0]]);
    expect(skipped).toBe(1);
  });
});
