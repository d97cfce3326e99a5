import { describe, expect, test } from '@jest/globals';
import type { ValidationHalf } from '../../src/batching/validation-half.ts';
import { drawSample, sampleOf } from '../../src/batching/validation-sample.ts';
import { special } from '../../src/model/architecture.ts';
import { readSplit } from '../../src/text/dataset.ts';
import { CorpusError } from '../../src/text/errors.ts';
import { sentence } from '../../src/batching/pairs.ts';
import { StageBench } from '../support/stage-bench.ts';

const bench = new StageBench();
const corpus = bench.corpus({ valid: 31 });
const all = readSplit(corpus, 'valid').source;
/** Sources of the validation pairs whose numbers leave that remainder, as text. */
const numbered = (remainder: number) =>
  Array.from({ length: 31 }, (_, i) => i)
    .filter((i) => i % 2 === remainder)
    .map((i) => sentence(all, i).join(' '))
    .sort();

/** Sources of a sample. */
function drawn(tokens: number, half?: ValidationHalf, stream = 'stage'): string[] {
  return drawSample(corpus, sampleOf({ value: 1, stream }, tokens, 0.1, half), 1000)
    .flatMap(({ source, sourceLength, size }) =>
      Array.from({ length: size }, (_, row) =>
        [...source.subarray(row * sourceLength, (row + 1) * sourceLength)]
          .filter((id) => id !== special.padding)
          .join(' '),
      ),
    )
    .sort();
}

describe('the halves of validation', () => {
  test('are the sentences of even and of odd numbers', () => {
    expect(drawn(1e6, 'choose')).toEqual(numbered(0));
    expect(drawn(1e6, 'report')).toEqual(numbered(1));
    expect(drawn(1e6)).toEqual([...numbered(0), ...numbered(1)].sort());
  });

  test('hold the samples of every stage', () => {
    for (const stream of ['a', 'b', 'c', 'd'])
      for (const [half, remainder] of [
        ['choose', 0],
        ['report', 1],
      ] as const) {
        const left = numbered(remainder);
        const sample = drawn(25, half, stream);
        expect(sample.length).toBeLessThan(left.length);
        for (const text of sample) {
          expect(left).toContain(text);
          left.splice(left.indexOf(text), 1);
        }
      }
  });

  test('of a single sentence leave nothing to report on, which is said', () => {
    const single = bench.corpus({ valid: 1 });
    const draw = (half: ValidationHalf) => drawSample(single, sampleOf({ value: 1, stream: 's' }, 9, 0.1, half), 1000);
    expect(draw('choose')).toHaveLength(1);
    expect(() => draw('report')).toThrow(CorpusError);
  });
});
