import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { clusterSimilar, normalize } from '../../../src/text/corpora/clusters.ts';

test('placeholders, quotes, digits and case make no difference', () => {
  expect(normalize('Type \'{0}\' has 3 Parts, "{12}".')).toBe('type has parts');
  expect(clusterSimilar([["Cannot open '{0}'.", 'cannot open {1}', 'Something else entirely']], 0.99)).toEqual([
    0, 0, 2,
  ]);
});

test('either view ties two texts together, and ties reach through others', () => {
  const first = ['red apple', 'green meadow', 'green meadow', 'tall house'];
  const second = ['rotes Obst', 'rotes Obst', 'Wiese', 'Haus'];
  expect(clusterSimilar([first, second], 0.9)).toEqual([0, 0, 0, 3]);
});

test('texts without letters are like no other', () => {
  expect(clusterSimilar([['{0}', '{1}', '', 'a', 'a']], 0.5)).toEqual([0, 1, 2, 3, 3]);
});

test('agrees with comparing every text with every other', () => {
  const text = fc
    .array(fc.constantFrom('open', 'file', 'close', 'type', 'a'), { minLength: 1, maxLength: 4 })
    .map((words) => words.join(' '));
  fc.assert(
    fc.property(fc.array(text, { minLength: 1, maxLength: 15 }), (texts) => {
      const sets = texts.map((t) => {
        const padded = ` ${t} `;
        const grams = Array.from({ length: Math.max(0, padded.length - 3) }, (_, i) => padded.slice(i, i + 4));
        return new Set(grams.length > 0 ? grams : [padded]);
      });
      const alike = (a: Set<string>, b: Set<string>): boolean =>
        [...a].filter((g) => b.has(g)).length / new Set([...a, ...b]).size >= 0.5;
      // Spreads the smallest index until nothing changes.
      const expected = texts.map((_, i) => i);
      for (let changed = true; changed;) {
        changed = false;
        sets.forEach((a, i) =>
          sets.forEach((b, j) => {
            if (expected[j] < expected[i] && alike(a, b)) {
              expected[i] = expected[j];
              changed = true;
            }
          }),
        );
      }
      expect(clusterSimilar([texts], 0.5)).toEqual(expected);
    }),
  );
});
