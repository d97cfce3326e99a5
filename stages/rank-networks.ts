import type { RankingQualityDocument, RankNetworksParams } from '../schemas/types.ts';
import { readDocument, writeDocument } from '../src/artifacts/documents.ts';
import { isIn } from '../src/benchmark/halves.ts';
import { rankingQuality, sizeBins } from '../src/benchmark/quality.ts';
import { rankNetworks } from '../src/benchmark/ranking.ts';
import { summarise } from '../src/benchmark/summary.ts';
import { networksOf } from '../src/benchmark/trained-networks.ts';
import { StageError } from '../src/runner/stage.ts';
import { guarded } from '../src/stage/guard.ts';
import { RandomStream } from '../src/tensor/random.ts';

/** Measures a ranking against real training, as schemas/stages/rank-networks.json declares. */
export default guarded<RankNetworksParams>(async (context) => {
  const { params, inputs, outputs, seed } = context;
  const { half, bins, resamples } = params;
  const trainings = readDocument(inputs.trainings, 'trainings');
  const all = networksOf(trainings);
  const networks = all.networks.filter(({ genes }) => isIn(half, genes));
  if (networks.length < 2) {
    throw new StageError(
      `The half "${half}" holds ${networks.length} of ${all.networks.length} networks: two are ranked at least.`,
    );
  }
  const { predictor, trials, predicted } = await rankNetworks(context, trainings, networks);
  const random = new RandomStream(seed!.value, seed!.stream, 'bootstrap');
  const draw = (limit: number) => random.integer(limit);
  // Of all networks, so that both halves have the same bins.
  const figures = rankingQuality(networks, trials, { sizes: sizeBins(all.networks, bins), resamples, draw });
  const document: Omit<RankingQualityDocument, 'summary'> = {
    predictor,
    half,
    networks: networks.length,
    seeds: all.seeds,
    ...figures,
    scatter: networks.map(({ genes, name, architecture, parameters, final }, i) => ({
      genes,
      ...(name === undefined ? {} : { name }),
      width: architecture.decoder.width,
      parameters,
      predicted: predicted[i],
      final,
    })),
  };
  writeDocument(outputs.quality, 'ranking-quality', { summary: summarise(document), ...document });
});
