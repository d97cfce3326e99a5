import { performance } from 'node:perf_hooks';
import { type Architecture, type ModelConfig, special } from '../../model/architecture.ts';
import { beamSearch } from '../../model/beam-search.ts';
import type { BeamOptions } from '../../model/hypotheses.ts';
import { loadNetwork } from '../../model/load-network.ts';
import { packWeights } from '../../model/network.ts';
import { meanOf } from '../../statistics/mean.ts';
import type { Weights } from '../../tensor/parameters.ts';
import type { Cost } from './cost.ts';

/** Milliseconds a translation on this machine and its current engine. */
export const latency: Cost = {
  unit: 'ms a translation',
  isCheap: false,
  isTimed: true,
  measure: ({ config, weights }, architecture) => measureLatency(config, architecture, weights),
};

/**
 * Tokens of the sentence and of its translation, `</s>` included: HAT's (Wang et al. 2020)
 * average of IWSLT'14 German-English.
 */
const tokens = 23;

/** A search that goes on to the last step, whatever the network would say of its own. */
const search: BeamOptions = { beam: 5, lengthPenalty: 1, minLength: tokens - 1, maxLength: tokens - 1 };

export interface LatencyOptions {
  runs?: number;
  /** Engines compile, cache and allocate in the first runs; these do not count. */
  warmUps?: number;
  /** A clock, in milliseconds. */
  now?: () => number;
}

/** A measured latency, in milliseconds. */
export interface MeasuredLatency {
  mean: number;
  /** Standard deviation of the runs that the mean is of. */
  deviation: number;
}

/**
 * Milliseconds in which this machine's current engine translates one sentence of 23 tokens with beam 5, measured as HAT
 * measures: after a warm-up, mean of the middle of 20 runs (fewer are for tests). The translation is of 23 tokens as
 * well, so that the figure depends on the architecture and not on how well it is trained.
 *
 * @param weights of the architecture or of a supernet
 */
export function timeTranslation(
  config: ModelConfig,
  architecture: Architecture,
  weights: Weights,
  { runs = 20, warmUps = 3, now = () => performance.now() }: LatencyOptions = {},
): MeasuredLatency {
  const net = loadNetwork(config, architecture, weights);
  packWeights(net);
  const sentence = new Int32Array(tokens).fill(special.unknown);
  sentence[tokens - 1] = special.end;
  const translate = () => beamSearch(net, [sentence], search);
  try {
    for (let i = 0; i < warmUps; i++) translate();
    const times = Array.from({ length: runs }, () => {
      const start = now();
      translate();
      return now() - start;
    });
    const mean = middleMean(times);
    return { mean, deviation: Math.sqrt(meanOf(middleOf(times).map((time) => (time - mean) ** 2))) };
  } finally {
    net.dispose();
  }
}

/** The mean alone. */
export function measureLatency(...given: Parameters<typeof timeTranslation>): number {
  return timeTranslation(...given).mean;
}

/** Mean without the tenth that is least and the tenth that is greatest. */
export function middleMean(values: readonly number[]): number {
  return meanOf(middleOf(values));
}

function middleOf(values: readonly number[]): number[] {
  const cut = Math.floor(values.length / 10);
  return values.toSorted((a, b) => a - b).slice(cut, values.length - cut);
}
