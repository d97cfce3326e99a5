import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { leastPadded } from '../../src/batching/grouping.ts';

type Pair = readonly [source: number, target: number];

const longer = ([source, target]: Pair) => Math.max(source, target);

/** Padded tokens of both sides, and 128 a side for each group. */
function costOf(groups: readonly (readonly Pair[])[]): number {
  const longest = (group: readonly Pair[], side: 0 | 1) => Math.max(...group.map((pair) => pair[side]));
  return groups.reduce((sum, group) => sum + group.length * (longest(group, 0) + longest(group, 1)) + 2 * 128, 0);
}

/** All ways to cut a row into consecutive groups. */
function cuts(row: readonly Pair[]): Pair[][][] {
  if (row.length === 0) return [[]];
  return row.flatMap((_, i) => cuts(row.slice(i + 1)).map((rest) => [[...row.slice(0, i + 1)], ...rest]));
}

const groupsOf = (pairs: readonly Pair[], tokens: number) =>
  leastPadded(
    pairs.map(([source]) => source),
    pairs.map(([, target]) => target),
    tokens,
  ).map((group) => group.map((place) => pairs[place]));

describe('groups with little padding', () => {
  const pair = fc.tuple(fc.integer({ min: 1, max: 400 }), fc.integer({ min: 1, max: 400 }));

  test('hold every pair once, the shortest first, within the limit unless a pair alone is beyond it', () => {
    fc.assert(
      fc.property(fc.array(pair, { maxLength: 60 }), fc.integer({ min: 100, max: 3000 }), (pairs, tokens) => {
        const groups = groupsOf(pairs, tokens);
        const lengths = groups.flat().map(longer);
        expect(lengths).toEqual(pairs.map(longer).sort((a, b) => a - b));
        for (const group of groups)
          expect(group.length === 1 || group.length * Math.max(...group.map(longer)) <= tokens).toBe(true);
      }),
    );
  });

  test('cost no more than any other cut of the row', () => {
    fc.assert(
      fc.property(
        fc.array(pair, { minLength: 1, maxLength: 9 }),
        fc.integer({ min: 200, max: 3000 }),
        (pairs, tokens) => {
          const groups = groupsOf(pairs, tokens);
          const allowed = cuts(groups.flat()).filter((cut) =>
            cut.every((group) => group.length === 1 || group.length * Math.max(...group.map(longer)) <= tokens),
          );
          expect(costOf(groups)).toBe(Math.min(...allowed.map(costOf)));
        },
      ),
    );
  });

  test('do not depend on the order in which pairs with different lengths are given', () => {
    const pairs: Pair[] = [
      [5, 7],
      [90, 80],
      [6, 6],
      [40, 44],
      [300, 10],
      [41, 39],
    ];
    expect(groupsOf([...pairs].reverse(), 400)).toEqual(groupsOf(pairs, 400));
  });
});
