import { middle95 } from '../../statistics/interval.ts';
import { meanOf } from '../../statistics/mean.ts';
import { order } from './counts.ts';
import type { BleuCounts } from './counts.ts';
import { bleuOf, scoreCounts } from './score.ts';
import type { Smoothing } from './score.ts';

/** A system's translations of a test set, for BLEU of any selection of its sentences. */
export interface ScoredSentences {
  counts: readonly BleuCounts[];
  smoothing: Smoothing;
}

/** As many resamples as sacreBLEU draws, and its seed. */
export const resamples = 1000;
export const resamplingSeed = 12345;

/**
 * Resamples of a paired test: ten thousand, or for more than a thousand sentences as many as take about a second.
 */
export function pairedResamples(sentences: number): number {
  return Math.min(10_000, Math.max(resamples, Math.floor(10_000_000 / sentences)));
}

/** Where resamples come from. */
export interface Resampling {
  /** How many. */
  resamples: number;
  /** Uniform over the whole numbers in [0, limit). */
  draw: (limit: number) => number;
}

/** A 95 % confidence interval of BLEU. */
export interface Confidence {
  /** Over the resamples. */
  mean: number;
  /** The interval is mean ± halfWidth. */
  halfWidth: number;
}

/** A test of whether two systems differ. */
export interface PairedTest {
  /** BLEU of the second system less that of the first. */
  delta: number;
  /** How likely a difference of this size is if the systems are equally good. */
  pValue: number;
  /** Resamples that lie beyond it: if none does, the p-value is only known to be small. */
  beyond: number;
  /** Between which the difference lies in 95 % of the resamples. */
  interval: [low: number, high: number];
}

/**
 * BLEU of resamples of a test set: as many sentences, drawn with replacement (Koehn 2004, section 3).
 *
 * @param systems over the same sentences; a resample is the same for all of them
 * @returns for each system, the score of each resample
 * @throws RangeError when the systems have unequal numbers of sentences
 */
export function resampledScores(systems: readonly ScoredSentences[], { resamples, draw }: Resampling): Float64Array[] {
  const sentences = systems[0].counts.length;
  if (systems.some(({ counts }) => counts.length !== sentences)) {
    throw new RangeError(
      'systems are compared on the same sentences, but they have '
        + `${systems.map(({ counts }) => counts.length).join(' and ')}`,
    );
  }
  const tables = systems.map(({ counts }) => tableOf(counts));
  const scores = systems.map(() => new Float64Array(resamples));
  const sample = new Uint32Array(sentences);
  for (let r = 0; r < resamples; r++) {
    for (let i = 0; i < sentences; i++) sample[i] = draw(sentences);
    tables.forEach((table, s) => {
      scores[s][r] = scoreCounts(sumRows(table, sample), systems[s].smoothing).score;
    });
  }
  return scores;
}

/** Mean and half the width of the middle 95 % of resampled scores, as sacreBLEU's `--confidence` gives them. */
export function confidenceOf(scores: Float64Array): Confidence {
  const { low, high } = middle95(scores);
  return { mean: meanOf(scores), halfWidth: (high - low) / 2 };
}

/**
 * Paired bootstrap resampling (Koehn 2004, section 4), with the p-value of sacreBLEU's `--paired-bs`: the share of
 * resamples whose absolute difference exceeds its mean by more than the difference on the whole test set, counted with
 * one more on either side. Systems that differ on no resample have p = 1, where sacreBLEU gives the smallest it can.
 *
 * @throws RangeError when the systems have unequal numbers of sentences
 */
export function pairedBootstrap(first: ScoredSentences, second: ScoredSentences, resampling: Resampling): PairedTest {
  const [a, b] = resampledScores([first, second], resampling);
  const delta = bleuOf(second.counts, second.smoothing).score - bleuOf(first.counts, first.smoothing).score;
  const differences = b.map((score, i) => score - a[i]);
  const sizes = differences.map(Math.abs);
  const mean = meanOf(sizes);
  const beyond = sizes.reduce((count, size) => (size - mean > Math.abs(delta) ? count + 1 : count), 0);
  const pValue = mean === 0 ? 1 : (beyond + 1) / (sizes.length + 1);
  const { low, high } = middle95(differences);
  return { delta, pValue, beyond, interval: [low, high] };
}

/** Numbers of a sentence in a table: matches, totals, the two lengths. */
const columns = 2 * order + 2;

/** Row-major `[sentence, column]`: a thousand resamples of objects would take seconds. */
function tableOf(counts: readonly BleuCounts[]): Uint32Array {
  const table = new Uint32Array(counts.length * columns);
  counts.forEach(({ matches, totals, hypothesisLength, referenceLength }, i) => {
    table.set([...matches, ...totals, hypothesisLength, referenceLength], i * columns);
  });
  return table;
}

function sumRows(table: Uint32Array, rows: Uint32Array): BleuCounts {
  const sums = new Float64Array(columns);
  for (let i = 0; i < rows.length; i++) {
    const start = rows[i] * columns;
    for (let column = 0; column < columns; column++) sums[column] += table[start + column];
  }
  const [matches, totals] = [Array.from(sums.subarray(0, order)), Array.from(sums.subarray(order, 2 * order))];
  return { matches, totals, hypothesisLength: sums[2 * order], referenceLength: sums[2 * order + 1] };
}
