import type { Resampling } from '../text/bleu/bootstrap.ts';

/** A figure of a set of sentences that follows from sums over them. */
export interface SentenceMeasure {
  /** How many sums. */
  columns: number;
  of(sums: Float64Array): number;
}

/** What is summed, row-major `[sentence, column]`. */
export type SentenceTable = Float64Array;

/** One system, trained and measured several times: a table for each run, all of the same sentences. */
export type Runs = readonly SentenceTable[];

/** The figure of all sentences. */
export function measured(table: SentenceTable, measure: SentenceMeasure): number {
  return sumsMeasured(table, new Float64Array(table.length / measure.columns).fill(1), measure);
}

/**
 * The mean of each system's runs, over resamples of sentences and of runs. A resample draws as many sentences as there
 * are, the same for all runs of all systems, and of each system's n runs n − 1, by itself; both with replacement. With
 * n − 1 of n, the variance over resamples is that of a mean of n runs without bias (McCarthy and Snowden 1985), where n
 * of n would be too small by the factor (n − 1)/n: a third for three seeds. A single run is always drawn.
 *
 * @returns for each system, its mean in each resample
 */
export function resampledMeans(
  systems: readonly Runs[],
  measure: SentenceMeasure,
  { resamples, draw }: Resampling,
): Float64Array[] {
  const sentences = systems[0][0].length / measure.columns;
  const means = systems.map(() => new Float64Array(resamples));
  const weights = new Float64Array(sentences);
  for (let r = 0; r < resamples; r++) {
    weights.fill(0);
    for (let i = 0; i < sentences; i++) weights[draw(sentences)]++;
    systems.forEach((runs, s) => {
      const scores = new Map<number, number>();
      const drawn = Math.max(1, runs.length - 1);
      let sum = 0;
      for (let i = 0; i < drawn; i++) {
        const run = runs.length === 1 ? 0 : draw(runs.length);
        const score = scores.get(run) ?? sumsMeasured(runs[run], weights, measure);
        scores.set(run, score);
        sum += score;
      }
      means[s][r] = sum / drawn;
    });
  }
  return means;
}

function sumsMeasured(table: SentenceTable, weights: Float64Array, { columns, of }: SentenceMeasure): number {
  const sums = new Float64Array(columns);
  for (let i = 0; i < weights.length; i++) {
    const weight = weights[i];
    if (weight === 0) continue;
    for (let column = 0, at = i * columns; column < columns; column++, at++) sums[column] += weight * table[at];
  }
  return of(sums);
}
