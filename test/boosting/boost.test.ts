import { describe, expect, test } from '@jest/globals';
import { boost, type LabelledRows } from '../../src/boosting/boost.ts';
import { mostImportant, permutationImportance, tauImportance } from '../../src/boosting/importance.ts';
import { boostingDefaults } from '../../src/boosting/options.ts';
import { type BoostedTrees, checkTrees, predictByTrees, TreesError } from '../../src/boosting/tree.ts';
import { kendallTau } from '../../src/statistics/kendall.ts';
import { RandomStream } from '../../src/tensor/random.ts';

/** The second feature decides the most, the third nothing. */
function draw(name: string, count: number): LabelledRows {
  const random = new RandomStream(1, name);
  const rows = Array.from({ length: count }, () => [random.float(), random.float(), random.float()]);
  return { rows, targets: rows.map(([a, b]) => Math.exp(3 * b) + 6 * a + 0.1 * random.normal()) };
}

const [train, valid, asked] = [draw('train', 200), draw('valid', 60), draw('asked', 120)];
const predictions = (trees: BoostedTrees, { rows }: Pick<LabelledRows, 'rows'>) =>
  rows.map((row) => predictByTrees(trees, row));
const tauOf = (trees: BoostedTrees) => kendallTau({ predicted: predictions(trees, asked), actual: asked.targets })!;
const pairwise = { ...boostingDefaults, objective: 'pairwise' as const, trees: 40 };

describe('boosting', () => {
  test('ranks rows that it has not seen, by either loss', () => {
    expect(tauOf(boost(train, valid, boostingDefaults))).toBeGreaterThan(0.85);
    expect(tauOf(boost(train, valid, pairwise))).toBeGreaterThan(0.85);
  });

  test('by pairs knows nothing of targets but their order', () => {
    const bent = ({ rows, targets }: LabelledRows) => ({
      rows,
      targets: targets.map((target) => Math.atan(target) ** 3),
    });
    const few = { ...pairwise, trees: 8 };
    expect(boost(bent(train), bent(valid), few)).toEqual(boost(train, valid, few));
  });

  test('keeps the trees up to the best on the validation rows', () => {
    const stopped = boost(train, valid, boostingDefaults);
    const all = boost(train, { rows: [], targets: [] }, boostingDefaults);
    expect(all.trees).toHaveLength(boostingDefaults.trees);
    expect(all.trees.slice(0, stopped.trees.length)).toEqual(stopped.trees);
    const lossOf = (count: number) => {
      const predicted = predictions({ ...all, trees: all.trees.slice(0, count) }, valid);
      return predicted.reduce((sum, value, i) => sum + (value - valid.targets[i]) ** 2, 0);
    };
    const kept = stopped.trees.length;
    for (let i = 1; i <= boostingDefaults.patience; i++) expect(lossOf(kept + i)).toBeGreaterThan(lossOf(kept));
  });

  test('of targets that are all the same predicts these', () => {
    const { rows } = train;
    const trees = boost({ rows, targets: rows.map(() => 7) }, valid, boostingDefaults);
    expect(trees).toEqual({ features: 3, base: 7, trees: [] });
    expect(predictByTrees(trees, [0, 0, 0])).toBe(7);
  });

  test('comes back from a file as it was', () => {
    const trees = boost(train, valid, boostingDefaults);
    const read = JSON.parse(JSON.stringify(trees)) as BoostedTrees;
    checkTrees(read);
    expect(predictions(read, asked)).toEqual(predictions(trees, asked));
  });
});

describe('saved trees', () => {
  const trees = boost(train, valid, { ...boostingDefaults, trees: 3 });
  const [last] = trees.trees[0].splits.slice(-1);
  test.each<[string, (damaged: BoostedTrees) => void, RegExp]>([
    ['a leaf too few', ({ trees: [tree] }) => void tree.leaves.pop(), /splits have \d+ leaves/],
    ['a leaf that is null', ({ trees: [tree] }) => void tree.leaves.splice(0, 1, NaN), /a leaf is no number/],
    ['an unknown feature', ({ trees: [tree] }) => void (tree.splits[0].feature = 3), /feature 3 of 3/],
    ['a circle', ({ trees: [tree] }) => void (tree.splits.at(-1)!.left = 0), /leads to node 0/],
    ['a child beyond the end', ({ trees: [tree] }) => void (tree.splits[0].left = 99), /leads to node 99/],
    ['a leaf of two parents', ({ trees: [tree] }) => void (tree.splits.at(-1)!.left = last.right), /leads to node -/],
    ['no threshold', ({ trees: [tree] }) => void (tree.splits[0].threshold = Infinity), /the threshold of split 0/],
  ])('with %s are refused', (_, damage, message) => {
    const damaged = structuredClone(trees);
    damage(damaged);
    expect(() => checkTrees(damaged)).toThrow(TreesError);
    expect(() => checkTrees(damaged)).toThrow(message);
  });
});

describe('importance', () => {
  const trees = boost(train, valid, boostingDefaults);
  const random = new RandomStream(1, 'shuffles');
  const byPermutation = permutationImportance(
    asked,
    (rows) => predictions(trees, { rows }),
    5,
    (limit) => random.integer(limit),
  );
  const byTau = tauImportance(asked);

  test('by τ is that of each feature alone, whatever its direction', () => {
    const few = {
      rows: [
        [1, 9, 4],
        [2, 5, 4],
        [3, 6, 4],
        [4, 1, 4],
      ],
      targets: [1, 2, 3, 4],
    };
    // Of six pairs five are discordant by the second feature; the third has only ties.
    expect(tauImportance(few)).toEqual([1, expect.closeTo(4 / 6, 12), 0]);
  });

  test('puts what decides first, and what says nothing last', () => {
    for (const importance of [byTau, byPermutation]) {
      expect(importance[1]).toBeGreaterThan(importance[0]);
      expect(importance[0]).toBeGreaterThan(importance[2]);
      expect(mostImportant(importance, 2)).toEqual([0, 1]);
    }
    expect(byPermutation[2]).toBeCloseTo(0, 1);
  });

  test('by permutation of a feature that no tree asks for is 0', () => {
    const without = boost({ ...train, rows: train.rows.map((row) => row.with(2, 0)) }, valid, boostingDefaults);
    expect(
      permutationImportance(
        asked,
        (rows) => predictions(without, { rows }),
        2,
        (n) => random.integer(n),
      )[2],
    ).toBe(0);
  });
});
