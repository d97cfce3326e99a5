import type { TrainNetworksParams, TrainingsDocument } from '../../schemas/types.ts';
import { readDocument } from '../artifacts/documents.ts';
import { drawSample, sampleOf, type ValidationSample } from '../batching/validation-sample.ts';
import { loadNetwork } from '../model/load-network.ts';
import { validationLoss } from '../model/validation.ts';
import { architectureOf, parseGenes } from '../nas/space.ts';
import type { PartContext, Seed } from '../runner/stage.ts';
import { startEngine } from '../stage/engine.ts';
import { splitsNamed } from '../text/dataset.ts';
import type { Weights } from '../tensor/parameters.ts';
import { trainAveraged } from '../training/averaged.ts';
import { singleNetwork } from '../training/single-network.ts';
import { splitBleu } from '../translation/split-bleu.ts';
import { evenPoints } from './points.ts';

type Row = TrainingsDocument['rows'][number];

/** Which network is trained how. */
export interface NetworkTraining extends Omit<TrainNetworksParams, 'seeds'> {
  genes: string;
  seed: number;
}

/** What comes of it. */
export type NetworkTrained = Pick<Row, 'curve' | 'final' | 'bleu' | 'seconds'>;

/** Of all translations. */
export const beam = 5;

/**
 * Trains one of the networks from scratch, as the stage `finetune` of the same name would in a run of that seed. The
 * part's progress is that of the training.
 */
export async function trainNetwork(context: PartContext<NetworkTraining>): Promise<NetworkTrained> {
  const { params, inputs } = context;
  const { updates, averageEpochs } = params;
  const { space, model: form } = readDocument(inputs.networks, 'networks');
  const { partTokens } = await startEngine(context);
  // Before the training, which would be lost with a test set that is not there.
  const [split] = params.bleu ? splitsNamed(inputs.corpus, params.split) : [''];
  const architecture = architectureOf(space, parseGenes(space, params.genes));
  const seed = { value: params.seed, stream: context.seed!.stream };
  const start = singleNetwork(
    { architecture, model: form },
    undefined,
    inputs.corpus,
    { ...params, inherit: false, rewind: false },
    seed,
  );
  const { model, training } = start.document;
  const sample = commonSample(context.seed!, params.validationTokens, training.labelSmoothing);
  const batches = drawSample(inputs.corpus, sample, partTokens);
  const points = new Set(evenPoints(updates, params.points));
  const { series, mean, averaged, seconds } = trainAveraged({
    context,
    seed,
    start,
    architecture,
    corpus: inputs.corpus,
    updates,
    averageEpochs,
    partTokens,
    lossesOf: (weights: Weights) => validationLoss(model, architecture, weights, batches, training.labelSmoothing),
    validatesAfter: (done) => points.has(done),
  });
  const trained = { curve: series.validation, final: averaged.smoothed, seconds: Math.round(10 * seconds) / 10 };
  if (!params.bleu) return trained;
  const net = loadNetwork(model, architecture, mean.weights);
  try {
    return { ...trained, bleu: splitBleu(net, inputs.corpus, split, { beam, batchTokens: 4 * partTokens }) };
  } finally {
    net.dispose();
  }
}

/**
 * What all networks are measured on: a stream of the run, so that networks that are trained by several stages, with any
 * seeds, compare.
 */
export function commonSample({ value }: Seed, tokens: number, labelSmoothing: number): ValidationSample {
  return sampleOf({ value, stream: 'trainings' }, tokens, labelSmoothing);
}
