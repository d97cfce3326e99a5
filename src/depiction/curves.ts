import type { MetricsDocument } from '../../schemas/types.ts';
import { readDocument } from '../artifacts/documents.ts';
import { meanOf as meanOfSeries, type Series } from '../artifacts/metrics.ts';
import { meanOf } from '../statistics/mean.ts';
import type { ReportedArtifact, ReportedStage } from '../report/reporter.ts';

/** What is a seed's alone is no system of its own. */
const seedAxis = 'seed';

/** A training with all that it went on from, round by round: what is drawn as one curve. */
export interface TrainingChain {
  /** What all chains that differ in nothing but the seed are called. */
  name: string;
  rounds: { stage: ReportedStage; document: MetricsDocument }[];
}

/**
 * The chains of stages of one type, each to a stage that none of the others goes on from; the same training in several
 * runs is one.
 */
export function trainingChains(artifacts: readonly ReportedArtifact[]): TrainingChain[] {
  const documents = new Map<ReportedStage, MetricsDocument>();
  for (const artifact of artifacts) {
    const folder = artifact.folder();
    if (folder !== undefined) documents.set(artifact.stage, readDocument(folder, 'metrics'));
  }
  const stages = [...documents.keys()];
  const before = (stage: ReportedStage): ReportedStage | undefined => {
    const digest = stage.inputs.checkpoint?.digest;
    return digest === undefined
      ? undefined
      : stages.find(
          ({ type, run, outputs }) =>
            type === stage.type && run === stage.run && Object.values(outputs).some((made) => made.digest === digest),
        );
  };
  const continued = new Set(stages.map(before));
  const chainTo = (stage: ReportedStage | undefined): ReportedStage[] =>
    stage === undefined ? [] : [...chainTo(before(stage)), stage];
  const chains = stages
    .filter((stage) => !continued.has(stage))
    .map((last) => ({
      name: systemName(last),
      rounds: chainTo(last).map((stage) => ({ stage, document: documents.get(stage)! })),
    }));
  const seen = new Set<string>();
  return chains.filter(({ rounds }) => {
    const made = rounds.map(({ stage }) => stage.outputs.metrics?.digest).join();
    return !seen.has(made) && seen.add(made);
  });
}

/** The label of a stage without the seed. */
function systemName({ id, label, variant }: ReportedStage): string {
  const axes = Object.entries(variant).filter(([axis]) => axis !== seedAxis);
  return label.replace(id, [id.split('@')[0], ...axes.map(([axis, value]) => `${axis}=${value}`)].join(' '));
}

/** A point of several curves that differ in the seed: mean, least and greatest. */
export interface BandPoint {
  update: number;
  mean: number;
  low: number;
  high: number;
  curves: number;
}

/** Several curves as one band, at the updates that any of them has. */
export function bandOf(curves: readonly Series[]): BandPoint[] {
  const values = new Map<number, number[]>();
  for (const [update, value] of curves.flat()) values.set(update, [...(values.get(update) ?? []), value]);
  return [...values]
    .sort(([a], [b]) => a - b)
    .map(([update, of]) => ({
      update,
      mean: meanOf(of),
      low: Math.min(...of),
      high: Math.max(...of),
      curves: of.length,
    }));
}

/** Means of stretches of so many updates each, at their ends: single updates vary with the subnet that they drew. */
export function smoothed(series: Series, stretch: number): Series {
  const groups = new Map<number, Series>();
  for (const point of series) {
    const end = Math.ceil(point[0] / stretch) * stretch;
    const group = groups.get(end);
    if (group === undefined) groups.set(end, [point]);
    else group.push(point);
  }
  return [...groups].map(([end, points]) => [end, meanOfSeries(points)]);
}

/** The least of 1, 2, 5, 10, 20, … updates that divides so many into at most `most` stretches. */
export function stretchFor(updates: number, most: number): number {
  for (let power = 1; ; power *= 10) {
    const fitting = [1, 2, 5].map((digit) => digit * power).find((stretch) => updates / stretch <= most);
    if (fitting !== undefined) return fitting;
  }
}
