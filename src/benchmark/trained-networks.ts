import { meanOf } from '../statistics/mean.ts';
import type { TrainingsDocument } from '../../schemas/types.ts';
import type { Architecture } from '../model/architecture.ts';
import { architectureOf, parseGenes } from '../nas/space.ts';
import { StageError } from '../runner/stage.ts';
import type { PairedMeasures } from '../statistics/kendall.ts';

type Row = TrainingsDocument['rows'][number];

/** A network, and what it came to with each seed. */
export interface TrainedNetwork {
  genes: string;
  name?: string;
  architecture: Architecture;
  /** Layers only. */
  parameters: number;
  /** In the order of the seeds, which is the same for all networks. */
  rows: readonly Row[];
  /** Mean final loss. */
  final: number;
}

/**
 * Rows as networks, in the order of their first ones.
 * @throws StageError for genes of another space, and where the networks do not have the same seeds, each once
 */
export function networksOf({ space, rows }: TrainingsDocument): { networks: TrainedNetwork[]; seeds: number[] } {
  const byGenes = new Map<string, Row[]>();
  for (const row of rows) byGenes.set(row.genes, [...(byGenes.get(row.genes) ?? []), row]);
  const seeds = byGenes.get(rows[0].genes)!.map(({ seed }) => seed);
  if (new Set(seeds).size < seeds.length) throw unequalSeeds(rows[0].genes, seeds);
  const networks = [...byGenes].map(([genes, own]): TrainedNetwork => {
    const ordered = seeds.map((seed) => own.filter((row) => row.seed === seed));
    if (own.length !== seeds.length || ordered.some(({ length }) => length !== 1)) throw unequalSeeds(genes, seeds);
    const [{ name, parameters }] = own;
    return {
      genes,
      ...(name === undefined ? {} : { name }),
      architecture: architectureIn(space, genes),
      parameters: parameters.layers,
      rows: ordered.flat(),
      final: meanOf(own.map(({ final }) => final)),
    };
  });
  return { networks, seeds };
}

/** What predicted losses, or anything that is the less the better, one a network, say of final ones. */
export function rankedBy(networks: readonly TrainedNetwork[], predicted: readonly number[]): PairedMeasures {
  return { predicted, actual: networks.map(({ final }) => final) };
}

/**
 * What each seed's loss after some updates says of the mean final loss of the other seeds: who chooses by short training
 * trains the choice anew. With one seed it is that seed's own final loss.
 * @throws StageError where a curve has no point there
 */
export function rankedAt(networks: readonly TrainedNetwork[], at: number): PairedMeasures[] {
  const losses = networks.map(({ rows }) => rows.map((row) => lossAt(row, at)));
  return networks[0].rows.map((_, seed) => ({
    predicted: losses.map((ofSeeds) => ofSeeds[seed]),
    actual: networks.map(({ rows }) => {
      const others = rows.length === 1 ? rows : rows.toSpliced(seed, 1);
      return meanOf(others.map(({ final }) => final));
    }),
  }));
}

/** Final losses of each pair of seeds. */
export function seedAgainstSeed(networks: readonly TrainedNetwork[]): PairedMeasures[] {
  const finals = networks[0].rows.map((_, seed) => networks.map(({ rows }) => rows[seed].final));
  return finals.flatMap((actual, seed) => finals.slice(0, seed).map((predicted) => ({ predicted, actual })));
}

export function lossAt({ curve }: Row, at: number): number {
  const point = curve.find(([update]) => update === at);
  if (point) return point[1];
  const updates = curve.map(([update]) => update).join(', ');
  throw new StageError(`"at" is ${at}, and the curves have points at ${updates}: give one of these.`);
}

function architectureIn(space: TrainingsDocument['space'], genes: string): Architecture {
  try {
    return architectureOf(space, parseGenes(space, genes));
  } catch (error) {
    throw new StageError(`"${genes}" are no genes of the trainings' space: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

function unequalSeeds(genes: string, seeds: readonly number[]): StageError {
  return new StageError(
    `The network ${genes} does not have one row for each of the seeds ${seeds.join(', ')}: rankings compare networks `
      + 'that were trained with the same seeds.',
  );
}
