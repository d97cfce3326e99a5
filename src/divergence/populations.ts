import type { DivergenceDocument } from '../../schemas/types.ts';
import type { Batch } from '../model/batch.ts';
import { countParameters } from '../nas/counts.ts';
import { populationDivergence } from '../nas/divergence/population.ts';
import { bootstrapMeans, type Distribution, distributionOf } from '../nas/divergence/statistics.ts';
import { drawSubnet } from '../nas/sample-space.ts';
import { architectureOf } from '../nas/space.ts';
import type { Seed } from '../runner/stage.ts';
import { RandomStream } from '../tensor/random.ts';
import type { Population } from './supernets.ts';

type PopulationDocument = DivergenceDocument['populations'][number];

export const measures = ['logits', 'equalWidths', 'features'] as const;
export type DivergenceMeasure = (typeof measures)[number];

/** One measure of a population; no distribution where no two networks are comparable. */
export interface MeasuredDivergence {
  /** Of resamples. */
  means: Float64Array;
  distribution: Distribution | null;
}

/** A population, as the artifact tells it and by measure. */
export interface DescribedPopulation {
  document: PopulationDocument;
  measured: Record<DivergenceMeasure, MeasuredDivergence>;
}

/**
 * Draws subnets of a population and measures how far all pairs of them diverge.
 * @param onEvaluated called as each network has computed a batch
 */
export function describePopulation(
  { name, of, samples }: Population,
  batches: readonly Batch[],
  options: { subnets: number; resamples: number },
  seed: Seed,
  onEvaluated: () => void,
): DescribedPopulation {
  const random = new RandomStream(seed.value, seed.stream, 'subnets', name);
  const architectures = Array.from({ length: options.subnets }, () =>
    architectureOf(samples.space, drawSubnet(samples, random)),
  );
  const divergence = populationDivergence({ ...of, batches }, architectures, onEvaluated);
  const resampling = new RandomStream(seed.value, seed.stream, 'resamples', name);
  const [logits, equalWidths, features] = measures.map((measure): MeasuredDivergence => {
    const means = bootstrapMeans(divergence[measure], options.resamples, resampling);
    return { means, distribution: distributionOf(divergence[measure], means) ?? null };
  });
  const layers = architectures.map((architecture) => countParameters(of.config, architecture).layers);
  const document: PopulationDocument = {
    name,
    updates: of.updates,
    candidates: samples.candidates?.length ?? null,
    subnets: options.subnets,
    distinct: new Set(architectures.map((architecture) => JSON.stringify(architecture))).size,
    parameters: layers.reduce((sum, count) => sum + count, 0) / options.subnets,
    decoderWidths: countsOf(architectures.map(({ decoder: { width } }) => width)),
    decoderLayers: countsOf(architectures.map(({ decoder }) => decoder.layers.length)),
    // Two networks or more are drawn, and logits of any two are comparable.
    logits: logits.distribution!,
    equalWidths: equalWidths.distribution,
    features: features.distribution,
  };
  return { document, measured: { logits, equalWidths, features } };
}

/** How often each value occurs, by value. */
function countsOf(values: readonly number[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}
