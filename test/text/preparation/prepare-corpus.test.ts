import { describe, expect, test } from '@jest/globals';
import type { CorpusLayout, OpenText } from '../../../src/text/formats/format.ts';
import { blocksOfText } from '../../../src/text/corpora/line-blocks.ts';
import type { RawCorpus } from '../../../src/text/corpora/raw-corpus.ts';
import type { Split } from '../../../src/text/parallel-text.ts';
import { linesOf } from '../../../src/text/preparation/numbered-text.ts';
import { prepareCorpus } from '../../../src/text/preparation/prepare-corpus.ts';

const raw: RawCorpus = { format: 'parallel', source: 'de', target: 'en', files: [] };
const options = { minLength: 1, maxLength: 2, ratio: 1.5, lowercase: true };

/** A text of these pairs, the same on both sides. */
const text =
  (...lines: string[]): OpenText =>
  async () => ({ pairs: lines.length, blocks: blocksOfText({ source: lines, target: lines }) });

/** Prepares a corpus in a format, and gives its target lines by split, its counts, and the progress that it told. */
async function prepare(layout: CorpusLayout) {
  const progress: [number, number][] = [];
  const watcher = { progress: (done: number, total: number) => void progress.push([done, total]) };
  const { texts, vocabulary, lines, rawPairs, cleanedPairs } = await prepareCorpus(
    '',
    raw,
    layout,
    options,
    watcher,
    1,
  );
  const targets = Object.fromEntries(
    Object.entries(texts).map(([split, numbered]) => [split, linesOf(numbered, 'target', vocabulary)]),
  );
  return { targets: targets as Record<Split, string[]>, lines, counts: { rawPairs, cleanedPairs }, progress };
}

const training = text('A', 'B', 'much too long', 'C', 'D', 'E');

describe('a held-out split', () => {
  test('of its own text is not cleaned, and leaves the training text whole', async () => {
    const { targets, lines, counts, progress } = await prepare({
      train: training,
      valid: { open: text('V') },
      tests: { test: { open: text('T', 'and not too long') } },
    });
    expect(targets).toEqual({ train: ['a', 'b', 'c', 'd', 'e'], valid: ['v'], test: ['t', 'and not too long'] });
    expect(lines.test.source).toEqual(['t', 'and not too long']);
    expect(counts).toEqual({ rawPairs: 6, cleanedPairs: 5 });
    expect(progress.at(-1)).toEqual([18, 18]);
  });

  test('without one is taken out of the cleaned training text, numbered after cleaning', async () => {
    const { targets, lines, counts, progress } = await prepare({
      train: training,
      valid: { takes: (pair) => pair === 2 },
      tests: { test: { open: text('T') } },
    });
    expect(targets).toEqual({ train: ['a', 'b', 'd', 'e'], valid: ['c'], test: ['t'] });
    expect(lines.valid).toEqual({ source: ['c'], target: ['c'] });
    expect(counts).toEqual({ rawPairs: 6, cleanedPairs: 5 });
    expect(progress.at(-1)).toEqual([14, 14]);
  });

  test('may be validation, test or both', async () => {
    const { targets } = await prepare({
      train: training,
      valid: { takes: (pair) => pair === 0 },
      tests: { test: { takes: (pair) => pair > 2 } },
    });
    expect(targets).toEqual({ train: ['b', 'c'], valid: ['a'], test: ['d', 'e'] });
  });
});
