import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { blocksOfText } from '../../../src/text/corpora/line-blocks.ts';
import type { Cut } from '../../../src/text/formats/format.ts';
import { linesOf } from '../../../src/text/preparation/numbered-text.ts';
import { prepareCorpus } from '../../../src/text/preparation/prepare-corpus.ts';

const raw = { format: 'parallel' as const, source: 'de', target: 'en', files: [] };
const limits = { minLength: 1, maxLength: 9, ratio: 9, lowercase: true };

/** Cuts validation, and a test set after it, out of pairs; gives each split's pairs. */
async function cut(pairs: readonly [string, string][], valid: Cut, held?: Cut): Promise<Record<string, string[]>> {
  const [source, target] = [0, 1].map((side) => pairs.map((pair) => pair[side]));
  const layout = {
    train: async () => ({ pairs: pairs.length, blocks: blocksOfText({ source, target }) }),
    valid: { cut: valid },
    tests: held ? { held: { cut: held } } : ({} as Record<string, never>),
  };
  const { texts, vocabulary } = await prepareCorpus('', raw, layout, limits, { progress: () => undefined }, 1);
  return Object.fromEntries(
    Object.entries(texts).map(([split, text]) => {
      const [sources, targets] = (['source', 'target'] as const).map((role) => linesOf(text, role, vocabulary));
      return [split, sources.map((line, i) => `${line} – ${targets[i]}`)];
    }),
  );
}

test('every n-th pair is taken, and pairs that repeat it go with it', async () => {
  const letters = [...'abcdefgh'].map((letter): [string, string] => [letter, `${letter}${letter}`]);
  expect((await cut(letters, { every: 3 })).valid).toEqual(['c – cc', 'f – ff']);
  const repeated: [string, string][] = [...letters, ['c', 'cc'], ['c', 'other'], ['other source', 'other'], ['z', 'z']];
  const { train, valid } = await cut(repeated, { every: 3 });
  expect(valid).toEqual(['c – cc', 'f – ff', 'c – cc', 'c – other', 'other source – other', 'z – z']);
  expect(train).toHaveLength(6);
});

test('whatever repeats, no sentence is on both sides of a cut, nothing is lost, and no more is taken than asked for', async () => {
  const word = fc.constantFrom(...'abcdefghijklmnopqrst');
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(word, word), { minLength: 30, maxLength: 60 }),
      fc.integer({ min: 1, max: 3 }),
      fc.integer({ min: 0, max: 3 }),
      async (repeating, count, seed) => {
        // Some without any other, so that there is always something to take.
        const pairs: [string, string][] = [
          ...repeating,
          ...[...'123456'].map((i): [string, string] => [`x${i}`, `y${i}`]),
        ];
        const result = await cut(pairs, { pairs: count, seed }, { pairs: 2, seed });
        expect(result.valid).toHaveLength(count);
        expect(result.held).toHaveLength(2);
        expect(Object.values(result).flat().sort()).toEqual(pairs.map((pair) => pair.join(' – ')).sort());
        for (const side of [0, 1]) {
          const sets = Object.values(result).map((lines) => new Set(lines.map((line) => line.split(' – ')[side])));
          expect(new Set(sets.flatMap((set) => [...set])).size).toBe(sets.reduce((sum, { size }) => sum + size, 0));
        }
        expect(await cut(pairs, { pairs: count, seed }, { pairs: 2, seed })).toEqual(result);
      },
    ),
    { numRuns: 30 },
  );
});

test('another seed takes others, and the order of the pairs does not matter', async () => {
  const pairs = Array.from({ length: 100 }, (_, i): [string, string] => [`s${i}`, `t${i}`]);
  const sample = async (seed: number, from = pairs) => (await cut(from, { pairs: 10, seed })).valid.sort();
  expect(await sample(1)).not.toEqual(await sample(2));
  expect(await sample(1, [...pairs].reverse())).toEqual(await sample(1));
});
