import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { binned } from '../../src/boosting/bins.ts';
import { growTree } from '../../src/boosting/grow.ts';
import { objectives } from '../../src/boosting/objectives.ts';
import { checkTrees, leafOf, type RegressionTree } from '../../src/boosting/tree.ts';

const every = { bins: 1000, binRows: 1 };
const drawn = fc
  .array(fc.tuple(fc.integer({ min: -4, max: 4 }), fc.integer({ min: 0, max: 9 }), fc.integer({ min: -50, max: 50 })), {
    minLength: 2,
    maxLength: 25,
  })
  .map((items) => ({ rows: items.map(([a, b]) => [a, b]), targets: items.map(([, , y]) => y) }));

const squares = (values: readonly number[]) => {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
};

/** By how much the squared error falls at the best of all ways to part the rows in two; 0 where there is none. */
function bestOfAll(rows: number[][], targets: number[], leafRows: number): number {
  let best = 0;
  for (const feature of [0, 1])
    for (const threshold of rows.map((row) => row[feature])) {
      const sides = [true, false].map((side) => targets.filter((_, i) => rows[i][feature] <= threshold === side));
      if (sides.some(({ length }) => length < leafRows)) continue;
      best = Math.max(best, squares(targets) - squares(sides[0]) - squares(sides[1]));
    }
  return best;
}

function grow(rows: number[][], targets: number[], leaves: number, leafRows: number, depth = 50): RegressionTree {
  const features = [0, 1].map((feature) =>
    binned(
      rows.map((row) => row[feature]),
      every,
    ),
  );
  const start = new Float64Array(targets.length);
  return growTree(features, objectives.regression.derivatives(start, targets), {
    leaves,
    leafRows,
    depth,
    leafCurvature: 1e-3,
  });
}

const byLeaf = (tree: RegressionTree, rows: number[][]) => {
  const members = tree.leaves.map((): number[] => []);
  rows.forEach((row, i) => members[leafOf(tree, row)].push(i));
  return members;
};

const errorOf = (tree: RegressionTree, rows: number[][], targets: number[]) =>
  byLeaf(tree, rows).reduce((sum, members) => sum + squares(members.map((i) => targets[i])), 0);

describe('a tree', () => {
  test('takes, leaf by leaf, the best split of all leaves, features and thresholds', () => {
    fc.assert(
      fc.property(drawn, fc.integer({ min: 1, max: 4 }), ({ rows, targets }, leafRows) => {
        for (let leaves = 2; leaves <= 5; leaves++) {
          const [before, after] = [leaves - 1, leaves].map((most) => grow(rows, targets, most, leafRows));
          const gains = byLeaf(before, rows).map((members) =>
            bestOfAll(
              members.map((i) => rows[i]),
              members.map((i) => targets[i]),
              leafRows,
            ),
          );
          const gain = errorOf(before, rows, targets) - errorOf(after, rows, targets);
          expect(gain).toBeCloseTo(before.leaves.length < leaves - 1 ? 0 : Math.max(...gains), 6);
        }
      }),
    );
  });

  test('has the mean of its rows in each leaf, and keeps to the rows, leaves and depth it may have', () => {
    fc.assert(
      fc.property(
        drawn,
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 3 }),
        ({ rows, targets }, leafRows, depth) => {
          const tree = grow(rows, targets, 6, leafRows, depth);
          checkTrees({ features: 2, base: 0, trees: [tree] });
          expect(tree.leaves.length).toBeLessThanOrEqual(Math.min(6, 2 ** depth));
          byLeaf(tree, rows).forEach((members, leaf) => {
            const mean = members.reduce((sum, i) => sum + targets[i], 0) / members.length;
            expect(tree.leaves[leaf]).toBeCloseTo(mean, 9);
            if (tree.leaves.length > 1) expect(members.length).toBeGreaterThanOrEqual(leafRows);
          });
        },
      ),
    );
  });
});

describe('bins', () => {
  test('hold each value between the bounds of its bin', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 }), { minLength: 1 }),
        fc.integer({ min: 3, max: 12 }),
        fc.integer({ min: 1, max: 4 }),
        (values, most, binRows) => {
          const { bins, bounds } = binned(values, { bins: most, binRows });
          expect(bounds.length).toBeLessThanOrEqual(most);
          expect(bounds.at(-1)).toBe(Infinity);
          bounds.slice(1).forEach((bound, i) => expect(bound).toBeGreaterThan(bounds[i]));
          values.forEach((value, i) => {
            expect(value).toBeLessThanOrEqual(bounds[bins[i]]);
            expect(value).toBeGreaterThan(bins[i] > 0 ? bounds[bins[i] - 1] : -Infinity);
          });
        },
      ),
    );
  });
});
