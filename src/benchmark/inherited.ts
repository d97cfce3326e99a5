import type { RankNetworksParams, TrainingsDocument } from '../../schemas/types.ts';
import { readSupernet } from '../artifacts/checkpoint.ts';
import { checkSameText } from '../artifacts/text-form.ts';
import { askedSample, drawSample } from '../batching/validation-sample.ts';
import { evaluateSharing } from '../nas/shared-evaluation.ts';
import { type StageContext, StageError } from '../runner/stage.ts';
import { startEngine } from '../stage/engine.ts';
import { adaptedLoss } from '../training/adapted-loss.ts';
import { checkTrainedCorpus } from './trained-corpus.ts';
import type { TrainedNetwork } from './trained-networks.ts';

/** Losses of networks with the weights that they inherit. */
export interface InheritedLosses {
  losses: number[];
  /** Target tokens that they were measured on. */
  tokens: number;
  /** Of the supernet. */
  updates: number;
}

/** @throws StageError for a supernet of another space or kind than the trainings, and for one that diverged */
export async function inheritedLosses(
  context: StageContext<RankNetworksParams>,
  trainings: TrainingsDocument,
  networks: readonly TrainedNetwork[],
): Promise<InheritedLosses> {
  const { inputs, params, seed, events } = context;
  const { corpus, checkpoint } = inputs;
  const { space, model: form } = trainings;
  if (!corpus) throw new StageError('A supernet is measured on validation data: connect the corpus.');
  const supernet = readSupernet(checkpoint, 'The checkpoint holds a single network: there is nothing to rank with.');
  const { model } = supernet.document;
  const [own, theirs] = [
    { space: supernet.space, norm: model.norm, kernels: model.kernels },
    { space, norm: form.norm, kernels: form.kernels },
  ].map((described) => JSON.stringify(described));
  if (own !== theirs) {
    throw new StageError(
      `The networks were trained in another space than the supernet: theirs is ${theirs}, the supernet's is ${own}.`,
    );
  }
  checkSameText(inputs, 'corpus', 'checkpoint');
  checkTrainedCorpus('The trainings', trainings, corpus, events);
  const { partTokens } = await startEngine(context);
  const sample = askedSample(seed!, params, model.targetTypes);
  const batches = drawSample(corpus, sample, partTokens);
  const losses: number[] = [];
  let done = 0;
  const measured = (index: number, loss: number) => {
    losses[index] = loss;
    events.progress({ done: ++done, total: networks.length, unit: 'networks' });
  };
  const { labelSmoothing } = sample;
  const architectures = networks.map(({ architecture }) => architecture);
  if (params.adaptUpdates > 0) {
    const terms = {
      updates: params.adaptUpdates,
      corpus,
      validation: batches,
      labelSmoothing,
      partTokens,
      seed: seed!,
    };
    const lossOf = adaptedLoss(supernet, terms);
    architectures.forEach((architecture, index) => measured(index, lossOf(architecture)));
  } else {
    evaluateSharing(
      { config: model, weights: supernet.state.parameters, batches, labelSmoothing },
      architectures,
      (index, { smoothed, tokens }) => measured(index, smoothed / tokens),
    );
  }
  if (!losses.every(Number.isFinite)) throw new StageError('Not all losses are finite: the supernet diverged.');
  const tokens = batches.reduce((sum, batch) => sum + batch.tokens, 0);
  return { losses, tokens, updates: supernet.state.updates };
}
