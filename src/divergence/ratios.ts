import type { DivergenceDocument } from '../../schemas/types.ts';
import { ratioInterval } from '../nas/divergence/statistics.ts';
import { type DescribedPopulation, measures } from './populations.ts';
import type { PopulationName } from './supernets.ts';

/** Means that are divided by each other. The sizes of subnets alone make up much of what a shrink changes. */
const comparisons: [of: PopulationName, to: PopulationName][] = [
  ['sample-space', 'whole'],
  ['same-sizes', 'whole'],
  ['sample-space', 'same-sizes'],
  ['whole', 'baseline'],
  ['sample-space', 'baseline'],
];

/** Networks that are all the same diverge by no more than this; nothing is a multiple of that. */
const rounding = 1e-6;

/** Each comparison of populations that are there, by each measure that both have. */
export function ratiosOf(described: readonly DescribedPopulation[]): DivergenceDocument['ratios'] {
  return comparisons.flatMap(([of, to]) =>
    measures.flatMap((measure) => {
      const [numerator, denominator] = [of, to].map(
        (name) => described.find(({ document }) => document.name === name)?.measured[measure],
      );
      if (!numerator?.distribution || !denominator?.distribution) return [];
      if (denominator.means.some((mean) => mean < rounding)) return [];
      return [
        {
          of,
          to,
          measure,
          ratio: numerator.distribution.mean / denominator.distribution.mean,
          interval: ratioInterval(numerator.means, denominator.means),
        },
      ];
    }),
  );
}
