import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { binOf, inTurns } from '../../../src/nas/search/quotas.ts';

describe('items in turns of their strata', () => {
  const items = fc
    .array(fc.constantFrom('a', 'b', 'c'), { maxLength: 30 })
    .map((strata) => strata.map((stratum, place) => ({ stratum, place })));

  test('are all there, those of a stratum in their order, and the first of them evenly from all strata', () => {
    fc.assert(
      fc.property(items, (given) => {
        const turns = inTurns(given, ({ stratum }) => stratum);
        expect([...turns].sort((a, b) => a.place - b.place)).toEqual(given);
        for (const stratum of ['a', 'b', 'c']) {
          const own = turns.filter((item) => item.stratum === stratum).map(({ place }) => place);
          expect(own).toEqual(own.toSorted((a, b) => a - b));
        }
        for (let count = 0; count <= turns.length; count++) {
          const taken = (stratum: string) => turns.slice(0, count).filter((item) => item.stratum === stratum).length;
          const all = (stratum: string) => given.filter((item) => item.stratum === stratum).length;
          // No stratum that has more to give lags behind another by more than one.
          for (const one of ['a', 'b', 'c'])
            for (const other of ['a', 'b', 'c'])
              if (taken(one) < all(one)) expect(taken(other) - taken(one)).toBeLessThanOrEqual(1);
        }
      }),
    );
  });

  test('begin with the best of each, whichever that is', () => {
    const turns = inTurns(['a1', 'a2', 'a3', 'b1', 'c1', 'b2'], ([stratum]) => stratum);
    expect(turns).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'a3']);
  });
});

test('bins are of equal width, and what lies beyond their bounds is in the nearest', () => {
  const bounds = { floor: 100, limit: 400 };
  expect([100, 199, 200, 299, 300, 400, 50, 900].map((figure) => binOf(figure, bounds, 3))).toEqual([
    0, 0, 1, 1, 2, 2, 0, 2,
  ]);
  expect(binOf(7, { floor: 7, limit: 7 }, 3)).toBe(0);
});
