import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { learnBpe } from '../../../src/text/bpe/learn.ts';
import type { Merge } from '../../../src/text/bpe/merge.ts';

/** Algorithm 1 of Sennrich et al. (2016) without any bookkeeping: counts every pair anew for every merge. */
function bruteForce(lines: string[], merges: number): Merge[] {
  let words = lines
    .flatMap((line) => line.split(' '))
    .filter((word) => word !== '')
    .map((word) => {
      const symbols = [...word];
      return [...symbols.slice(0, -1), `${symbols.at(-1)}</w>`];
    });
  const order = (text: string): string =>
    [...text].map((c) => c.codePointAt(0)!.toString(16).padStart(6, '0')).join('');
  const learned: Merge[] = [];
  while (learned.length < merges) {
    const counts = new Map<string, { pair: Merge; count: number }>();
    for (const word of words) {
      word.slice(1).forEach((second, i) => {
        const entry = counts.get(`${word[i]} ${second}`) ?? { pair: [word[i], second] as const, count: 0 };
        entry.count++;
        counts.set(`${word[i]} ${second}`, entry);
      });
    }
    const ranked = [...counts.values()].sort(
      (a, b) =>
        b.count - a.count
        || (order(a.pair[0]) < order(b.pair[0])
          ? 1
          : order(a.pair[0]) > order(b.pair[0])
            ? -1
            : order(a.pair[1]) < order(b.pair[1])
              ? 1
              : -1),
    );
    if (ranked.length === 0 || ranked[0].count < 2) break;
    const [first, second] = ranked[0].pair;
    learned.push([first, second]);
    words = words.map((word) => {
      const merged: string[] = [];
      for (let i = 0; i < word.length; i++) {
        if (word[i] === first && word[i + 1] === second) merged.push(first + word[++i]);
        else merged.push(word[i]);
      }
      return merged;
    });
  }
  return learned;
}

describe('learnBpe', () => {
  test('agrees with a brute force that counts everything anew, runs of one letter included', () => {
    const word = fc
      .array(fc.constantFrom('a', 'a', 'b', 'c', 'é'), { minLength: 1, maxLength: 10 })
      .map((letters) => letters.join(''));
    fc.assert(
      fc.property(
        fc.array(
          fc.array(word, { maxLength: 8 }).map((w) => w.join(' ')),
          { maxLength: 12 },
        ),
        (lines) => {
          expect(learnBpe([lines], 40)).toEqual(bruteForce(lines, 40));
        },
      ),
      { numRuns: 150 },
    );
  });

  test('of equally frequent pairs the greatest by code point comes first, although UTF-16 would have another order', () => {
    // U+FF21 is less than U+1F600, but its UTF-16 unit is greater than a surrogate.
    const lines = ['\uff21x \uff21x \u{1f600}x \u{1f600}x'];
    expect(learnBpe([lines], 2)).toEqual([
      ['\u{1f600}', 'x</w>'],
      ['\uff21', 'x</w>'],
    ]);
  });

  test('ends when no pair occurs twice', () => {
    expect(learnBpe([['ab ab cd']], 10)).toEqual([['a', 'b</w>']]);
  });

  test('learns from all texts together', () => {
    expect(learnBpe([['ab'], ['ab']], 1)).toEqual([['a', 'b</w>']]);
  });

  test('learns nothing from an empty text, or when asked for nothing', () => {
    expect(learnBpe([[]], 10)).toEqual([]);
    expect(learnBpe([['aa aa']], 0)).toEqual([]);
  });
});
