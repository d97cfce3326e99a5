import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { choiceAmong, recallOfLeast } from '../../src/statistics/choice.ts';

const items = fc.uniqueArray(fc.integer({ min: 0, max: 999 }), { minLength: 1, maxLength: 9 }).chain((actual) =>
  fc.record({
    actual: fc.constant(actual),
    predicted: fc.shuffledSubarray([...actual.keys()], { minLength: actual.length }),
    size: fc.integer({ min: 1, max: actual.length }),
  }),
);

function subsets(places: readonly number[], size: number): number[][] {
  if (size === 0) return [[]];
  return places.flatMap((place, i) => subsets(places.slice(i + 1), size - 1).map((rest) => [place, ...rest]));
}

const least = (places: readonly number[], by: readonly number[]) => places.reduce((a, b) => (by[b] < by[a] ? b : a));

test('a choice among some items is the mean over all subsets', () => {
  fc.assert(
    fc.property(items, ({ predicted, actual, size }) => {
      const all = subsets([...actual.keys()], size);
      const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
      const { chosen, best } = choiceAmong({ predicted, actual }, size);
      expect(chosen).toBeCloseTo(mean(all.map((subset) => actual[least(subset, predicted)])), 8);
      expect(best).toBeCloseTo(mean(all.map((subset) => actual[least(subset, actual)])), 8);
    }),
  );
});

test('recall counts what both measures have among their least', () => {
  const actual = [5, 1, 4, 2, 3];
  expect(recallOfLeast({ actual, predicted: actual }, 2)).toBe(2);
  expect(recallOfLeast({ actual, predicted: [1, 9, 9, 2, 9] }, 2)).toBe(1);
  expect(recallOfLeast({ actual, predicted: [1, 9, 2, 9, 9] }, 2)).toBe(0);
  expect(recallOfLeast({ actual, predicted: [1, 9, 2, 9, 9] }, 5)).toBe(5);
});
