import { describe, expect, test } from '@jest/globals';
import { confidenceOf, pairedBootstrap, resampledScores } from '../../../src/text/bleu/bootstrap.ts';
import type { Resampling, ScoredSentences } from '../../../src/text/bleu/bootstrap.ts';
import { sacrebleuCounts } from '../../../src/text/bleu/sacrebleu.ts';
import { bleuOf, corpusCounts } from '../../../src/text/bleu/score.ts';
import { RandomStream } from '../../../src/tensor/random.ts';
import { golden } from './golden/golden.ts';

const { references, drawn } = golden.bootstrap;
const resamples = drawn.length / references.length;

/** The numbers that sacreBLEU drew, from the first one again. */
function sameDraws(): Resampling {
  let next = 0;
  return { resamples, draw: () => parseInt(drawn[next++], 36) };
}

function ownDraws(seed: number): Resampling {
  const random = new RandomStream(seed, 'bootstrap');
  return { resamples, draw: (limit) => random.integer(limit) };
}

type System = 'first' | 'second' | 'third';

const ways: Record<'sacrebleu' | 'plain', (system: System) => ScoredSentences> = {
  sacrebleu: (system) => ({ counts: sacrebleuCounts(golden.bootstrap[system], references, 'en'), smoothing: 'exp' }),
  plain: (system) => ({ counts: corpusCounts(golden.bootstrap[system], references), smoothing: 'none' }),
};

describe.each(['sacrebleu', 'plain'] as const)('scored as %s', (way) => {
  const system = ways[way];
  describe.each(['second', 'third'] as const)('the first system against the %s', (other) => {
    const expected = golden.bootstrap[way][other];

    // sacreBLEU computes resamples in single precision.
    test('has the confidence intervals of sacreBLEU on the resamples that it drew', () => {
      const intervals = resampledScores([system('first'), system(other)], sameDraws()).map(confidenceOf);
      [expected.first, expected.second].forEach(({ mean, halfWidth }, i) => {
        expect(intervals[i].mean).toBeCloseTo(mean, 5);
        expect(intervals[i].halfWidth).toBeCloseTo(halfWidth, 5);
      });
    });

    test('has the difference and the p-value of sacreBLEU on the resamples that it drew', () => {
      const { delta, pValue } = pairedBootstrap(system('first'), system(other), sameDraws());
      expect(delta).toBeCloseTo(expected.second.score - expected.first.score, 10);
      expect(pValue).toBe(expected.second.pValue);
    });

    test('has about the same of both on other resamples', () => {
      const [scores] = resampledScores([system('first')], ownDraws(3));
      const { mean, halfWidth } = confidenceOf(scores);
      // Standard error of a mean of 1,000, and about 5 % for the distance of its outer fortieths; four of each.
      expect(Math.abs(mean - expected.first.mean)).toBeLessThan(
        ((4 * halfWidth) / 2 / Math.sqrt(resamples)) * Math.SQRT2,
      );
      expect(halfWidth / expected.first.halfWidth).toBeGreaterThan(0.8);
      expect(halfWidth / expected.first.halfWidth).toBeLessThan(1.25);
      const p = expected.second.pValue;
      const error = Math.sqrt((2 * p * (1 - p)) / resamples);
      expect(Math.abs(pairedBootstrap(system('first'), system(other), ownDraws(4)).pValue - p)).toBeLessThan(
        4 * error + 1 / resamples,
      );
    });
  });
});

test('the interval of a difference holds the middle 95 % of the differences, sentence for sentence on the same resamples', () => {
  const [first, second] = [ways.plain('first'), ways.plain('second')];
  const differences: number[] = [];
  const { draw } = sameDraws();
  for (let r = 0; r < resamples; r++) {
    const sample = references.map(() => draw(references.length));
    const [a, b] = [first, second].map(({ counts }) => bleuOf(sample.map((i) => counts[i])).score);
    differences.push(b - a);
  }
  const { interval } = pairedBootstrap(first, second, sameDraws());
  const outside = differences.filter(
    (difference) => difference < interval[0] - 1e-9 || difference > interval[1] + 1e-9,
  );
  expect(outside).toHaveLength(resamples / 20);
  expect(interval[1]).toBeLessThan(0);
});

test('a system does not differ from itself', () => {
  expect(pairedBootstrap(ways.plain('first'), ways.plain('first'), ownDraws(1))).toEqual({
    delta: 0,
    pValue: 1,
    beyond: 0,
    interval: [0, 0],
  });
});

test('systems with unequal numbers of sentences are no pair', () => {
  const { counts, smoothing } = ways.plain('second');
  const cut = { counts: counts.slice(1), smoothing };
  expect(() => pairedBootstrap(ways.plain('first'), cut, ownDraws(1))).toThrow(
    new RegExp(`have ${counts.length} and ${counts.length - 1}$`),
  );
});
