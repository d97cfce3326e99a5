import type { RankingQualityDocument, RankNetworksParams, TrainingsDocument } from '../../schemas/types.ts';
import { type StageContext, StageError } from '../runner/stage.ts';
import type { PairedMeasures } from '../statistics/kendall.ts';
import { meanOf } from '../statistics/mean.ts';
import { inheritedLosses } from './inherited.ts';
import { lossAt, rankedAt, rankedBy, type TrainedNetwork } from './trained-networks.ts';

/** How networks were ranked. */
export interface Ranking {
  predictor: RankingQualityDocument['predictor'];
  trials: readonly PairedMeasures[];
  /** Loss that ranks, one a network. */
  predicted: readonly number[];
}

/**
 * Ranks with the supernet that is connected, or by the trainings at an update.
 * @throws StageError where neither or both are given
 */
export async function rankNetworks(
  context: StageContext<RankNetworksParams>,
  trainings: TrainingsDocument,
  networks: readonly TrainedNetwork[],
): Promise<Ranking> {
  const {
    inputs: { checkpoint },
    params: { at },
  } = context;
  if ((checkpoint === undefined) === (at === undefined)) {
    throw new StageError(
      checkpoint
        ? 'Either a supernet ranks or the loss after "at" updates: disconnect the checkpoint, or leave out "at".'
        : 'Nothing ranks the networks: connect the checkpoint of a supernet, or give "at", an update of the curves.',
    );
  }
  if (at !== undefined) {
    const predicted = networks.map(({ rows }) => meanOf(rows.map((row) => lossAt(row, at))));
    return { predictor: { kind: 'training', updates: at }, trials: rankedAt(networks, at), predicted };
  }
  const { losses, tokens, updates } = await inheritedLosses(context, trainings, networks);
  const predictor = { kind: 'supernet' as const, updates, tokens };
  return { predictor, trials: [rankedBy(networks, losses)], predicted: losses };
}
