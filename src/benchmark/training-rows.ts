import type { NetworksDocument, TrainNetworksParams, TrainingsDocument } from '../../schemas/types.ts';
import { drawSample } from '../batching/validation-sample.ts';
import { digestJson } from '../disk/digest.ts';
import type { ModelConfig } from '../model/architecture.ts';
import { dictionarySmoothing } from '../model/label-smoothing.ts';
import { countOperations, liteLengths } from '../nas/costs/operations.ts';
import { countParameters } from '../nas/counts.ts';
import { architectureOf, parseGenes } from '../nas/space.ts';
import { type EventSink, type Seed, StageError } from '../runner/stage.ts';
import { readManifest } from '../text/dataset.ts';
import { evenPoints } from './points.ts';
import { checkTrainedCorpus, trainedCorpus } from './trained-corpus.ts';
import { beam, commonSample, type NetworkTrained, type NetworkTraining } from './train-network.ts';

/** Each network with each seed, in the order of the networks, then of the seeds. */
export function trainingsOf({ networks }: NetworksDocument, params: TrainNetworksParams): NetworkTraining[] {
  const { seeds, ...settings } = params;
  return networks.flatMap(({ genes }) => seeds.map((seed) => ({ ...settings, genes, seed })));
}

/**
 * What is known of a network and seed from trainings on the same terms.
 * @throws StageError for trainings on other terms
 */
export function knownTrainings(
  known: TrainingsDocument,
  { space, model }: NetworksDocument,
  params: TrainNetworksParams,
  corpus: string,
  seed: Seed,
  events: EventSink,
): (training: NetworkTraining) => NetworkTrained | undefined {
  checkTrainedCorpus('The known trainings', known, corpus, events);
  const terms = { space, model, settings: settingsOf(params, readManifest(corpus).dictionary.target) };
  const points = evenPoints(params.updates, params.points);
  const asked = { ...terms, validation: measuredOn(corpus, seed, params.validationTokens), points };
  const { settings, validation, rows } = known;
  const theirs = {
    ...{ space: known.space, model: known.model, settings, validation },
    points: rows[0].curve.map(([update]) => update),
  };
  for (const name of Object.keys(asked) as (keyof typeof asked)[]) {
    const [own, other] = [asked[name], theirs[name]];
    if (digestJson(own) === digestJson(other)) continue;
    throw new StageError(
      `The known trainings are on other terms: their ${name} ${JSON.stringify(other)}, and this stage's `
        + `${JSON.stringify(own)}: disconnect them, or take theirs.`,
    );
  }
  const byTraining = new Map(rows.map((row) => [`${row.genes} ${row.seed}`, row]));
  return (training) => {
    const row = byTraining.get(`${training.genes} ${training.seed}`);
    return (
      row && {
        curve: row.curve,
        final: row.final,
        ...(row.bleu !== undefined && { bleu: row.bleu }),
        seconds: row.seconds,
      }
    );
  };
}

/** @param trained what came of `trainingsOf`, in that order */
export function trainingsDocument(
  { space, model, networks }: NetworksDocument,
  params: TrainNetworksParams,
  trained: readonly NetworkTrained[],
  corpus: string,
  seed: Seed,
): TrainingsDocument {
  const { seeds } = params;
  const { dictionary } = readManifest(corpus);
  const config: ModelConfig = {
    sourceTypes: dictionary.source,
    targetTypes: dictionary.target,
    ...model,
    dropout: params.dropout,
    weightDropout: params.weightDropout,
  };
  const settings = settingsOf(params, dictionary.target);
  const rows = networks.flatMap(({ genes, name, stratum }, network) => {
    const architecture = architectureOf(space, parseGenes(space, genes));
    const parameters = countParameters(config, architecture);
    const operations = countOperations(config, architecture, liteLengths).layers;
    return seeds.map((each, place) => ({
      genes,
      ...(name === undefined ? {} : { name }),
      ...(stratum === undefined ? {} : { stratum }),
      seed: each,
      parameters,
      operations,
      ...trained[network * seeds.length + place],
    }));
  });
  const finals = rows.map(({ final }) => final);
  return {
    summary:
      `${networks.length} networks, ${seeds.length} seeds, ${params.updates} updates; final losses `
      + `${Math.min(...finals).toFixed(3)} to ${Math.max(...finals).toFixed(3)}`,
    space,
    model,
    settings,
    corpus: trainedCorpus(corpus),
    validation: measuredOn(corpus, seed, params.validationTokens),
    rows,
  };
}

function settingsOf(params: TrainNetworksParams, targetTypes: number): TrainingsDocument['settings'] {
  const { updates, averageEpochs, maxTokens, learningRate, initialRate, warmup, weightDecay, clipNorm } = params;
  const { dropout, attentionDropout, weightDropout } = params;
  return {
    ...{ updates, averageEpochs, maxTokens, learningRate, initialRate, warmup, weightDecay, clipNorm },
    labelSmoothing: dictionarySmoothing(params.labelSmoothing, params.smoothing, targetTypes),
    ...{ dropout, attentionDropout, weightDropout },
    ...(params.bleu ? { bleu: { split: params.split, beam } } : {}),
  };
}

/** Counts do not depend on how the sample is cut into batches, nor on the smoothing of its loss. */
function measuredOn(corpus: string, seed: Seed, tokens: number): TrainingsDocument['validation'] {
  const batches = drawSample(corpus, commonSample(seed, tokens, 0), 4096);
  return {
    tokens: batches.reduce((sum, batch) => sum + batch.tokens, 0),
    sentences: batches.reduce((sum, { size }) => sum + size, 0),
  };
}
