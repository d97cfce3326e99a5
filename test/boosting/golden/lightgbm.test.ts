import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { boost, type LabelledRows } from '../../../src/boosting/boost.ts';
import { boostingDefaults } from '../../../src/boosting/options.ts';
import { predictByTrees } from '../../../src/boosting/tree.ts';

/** make.py wrote it. */
interface Golden {
  version: string;
  cases: (LabelledRows & {
    settings: { max_bin?: number; min_data_in_leaf?: number };
    valid: LabelledRows;
    trees: number;
    /** The first trees, each split as feature, threshold, left and right child. */
    first: { splits: [number, number, number, number][]; leaves: number[] }[];
    /** Of the validation rows. */
    predictions: number[];
  })[];
}

const { version, cases } = JSON.parse(readFileSync(new URL('lightgbm.json', import.meta.url), 'utf8')) as Golden;

describe.each(cases.map((golden) => [golden.rows.length, golden] as const))(
  `trees of LightGBM ${version} on %i rows`,
  (_, { settings, rows, targets, valid, trees, first, predictions }) => {
    const grown = boost({ rows, targets }, valid, {
      ...boostingDefaults,
      bins: settings.max_bin ?? boostingDefaults.bins,
      leafRows: settings.min_data_in_leaf ?? boostingDefaults.leafRows,
    });

    test('have the same splits in the same order', () => {
      first.forEach(({ splits }, i) =>
        expect(
          grown.trees[i].splits.map(({ feature, threshold, left, right }) => [feature, threshold, left, right]),
        ).toEqual(splits),
      );
    });

    test('have the same values', () => {
      // LightGBM adds what it begins with to the first tree.
      first.forEach(({ leaves }, i) =>
        grown.trees[i].leaves.forEach((value, leaf) =>
          expect(value + (i === 0 ? grown.base : 0)).toBeCloseTo(leaves[leaf], 7),
        ),
      );
    });

    test('stop growing at the same tree, and predict the same', () => {
      expect(grown.trees).toHaveLength(trees);
      valid.rows.forEach((row, i) => expect(predictByTrees(grown, row)).toBeCloseTo(predictions[i], 6));
    });
  },
);
