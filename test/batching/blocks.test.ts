import { describe, expect, test } from '@jest/globals';
import { drawBlocks, drawSample, sampleOf } from '../../src/batching/validation-sample.ts';
import type { Batch } from '../../src/model/batch.ts';
import { special } from '../../src/model/architecture.ts';
import { StageBench } from '../support/stage-bench.ts';

const bench = new StageBench();

/** Pairs of batches as text. */
const pairsOf = (batches: readonly Batch[]): string[] =>
  batches
    .flatMap(({ size, source, sourceLength, target, targetLength }) =>
      Array.from({ length: size }, (_, row) =>
        [
          source.subarray(row * sourceLength, (row + 1) * sourceLength),
          target.subarray(row * targetLength, (row + 1) * targetLength),
        ]
          .map((ids) => [...ids].filter((id) => id !== special.padding).join(' '))
          .join(' | '),
      ),
    )
    .sort();
const sizeOf = (batches: readonly Batch[]): number => batches.reduce((sum, { size }) => sum + size, 0);

describe('blocks of a validation sample', () => {
  test.each([
    [20, 1],
    [31, 1],
    [70, 4],
    [300, 8],
  ])('of %i pairs are %i, alike in size, and together the sample', (pairs, count) => {
    const corpus = bench.corpus({ valid: pairs });
    const sample = sampleOf({ value: 1, stream: 'stage' }, 1e6, 0.1);
    const blocks = drawBlocks(corpus, sample, 200);
    expect(blocks).toHaveLength(count);
    expect(pairsOf(blocks.flat())).toEqual(pairsOf(drawSample(corpus, sample, 200)));
    const sizes = blocks.map(sizeOf);
    expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
  });

  test('hold a part of validation where a part is asked for', () => {
    const corpus = bench.corpus({ valid: 200 });
    const sample = sampleOf({ value: 1, stream: 'stage' }, 300, 0.1, 'choose');
    const blocks = drawBlocks(corpus, sample, 200);
    expect(pairsOf(blocks.flat())).toEqual(pairsOf(drawSample(corpus, sample, 200)));
  });
});
