import type { RankingQualityDocument } from '../../schemas/types.ts';
import { binOf } from '../nas/search/quotas.ts';
import { choiceAmong, recallOfLeast } from '../statistics/choice.ts';
import { meanOf } from '../statistics/mean.ts';
import { meanTau, type PairedMeasures, tauInterval } from '../statistics/kendall.ts';
import { seedAgainstSeed, type TrainedNetwork } from './trained-networks.ts';

/** The figures of a `ranking-quality` artifact. */
export type RankingFigures = Pick<RankingQualityDocument, 'tau' | 'recall' | 'choices'>;

type Correlation = NonNullable<RankingFigures['tau']['overall']>;

export interface QualityOptions {
  /** Extent of the bins within which networks are of one size. */
  sizes: SizeBins;
  resamples: number;
  /** Uniform over the whole numbers in [0, limit). */
  draw: (limit: number) => number;
}

export interface SizeBins {
  floor: number;
  limit: number;
  bins: number;
}

/**
 * How well networks were ranked.
 * @param trials predicted and final losses of the networks; of several, all figures are means
 */
export function rankingQuality(
  networks: readonly TrainedNetwork[],
  trials: readonly PairedMeasures[],
  { sizes, resamples, draw }: QualityOptions,
): RankingFigures {
  const correlation = (groups?: readonly number[]): Correlation | undefined => {
    const value = meanTau(trials, groups);
    const interval = tauInterval(trials, resamples, draw, groups);
    return value === undefined || interval === undefined ? undefined : { value, ...interval };
  };
  const best = Math.ceil(networks.length / 10);
  return {
    tau: withoutAbsent({
      overall: correlation(),
      withinWidth: correlation(networks.map(({ architecture }) => architecture.decoder.width)),
      withinSize: correlation(networks.map(({ parameters }) => binOf(parameters, sizes, sizes.bins))),
      ceiling: networks[0].rows.length > 1 ? meanTau(seedAgainstSeed(networks)) : undefined,
    }),
    recall: { of: best, found: meanOf(trials.map((trial) => recallOfLeast(trial, best))) },
    choices: sizesOfChoice(networks.length).map((of) => {
      const choices = trials.map((trial) => choiceAmong(trial, of));
      const chosen = meanOf(choices.map((choice) => choice.chosen));
      const least = meanOf(choices.map((choice) => choice.best));
      // Of a choice among one, rounding could leave a difference.
      return { of, chosen, best: least, regret: Math.max(0, chosen - least) };
    }),
  };
}

/** Bins between the smallest and the largest of the networks. */
export function sizeBins(networks: readonly TrainedNetwork[], bins: number): SizeBins {
  const sizes = networks.map(({ parameters }) => parameters);
  return { floor: Math.min(...sizes), limit: Math.max(...sizes), bins };
}

/** 1, 2, 4, 8, …, and all. */
function sizesOfChoice(networks: number): number[] {
  const sizes: number[] = [];
  for (let size = 1; size < networks; size *= 2) sizes.push(size);
  return [...sizes, networks];
}

function withoutAbsent<Values extends object>(values: Values): Values {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Values;
}
