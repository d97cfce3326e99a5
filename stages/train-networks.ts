import type { TrainNetworksParams } from '../schemas/types.ts';
import { readDocument, writeDocument } from '../src/artifacts/documents.ts';
import { type NetworkTrained, trainNetwork } from '../src/benchmark/train-network.ts';
import { knownTrainings, trainingsDocument, trainingsOf } from '../src/benchmark/training-rows.ts';
import { guarded, guardedPart } from '../src/stage/guard.ts';

/** Trains networks from scratch, each by itself, as schemas/stages/train-networks.json declares. */
export default guarded<TrainNetworksParams>(async (context) => {
  const { params, inputs, outputs, seed, events } = context;
  const networks = readDocument(inputs.networks, 'networks');
  const known = inputs.known
    ? knownTrainings(readDocument(inputs.known, 'trainings'), networks, params, inputs.corpus, seed!, events)
    : () => undefined;
  const trainings = trainingsOf(networks, params).map((training) => ({ training, result: known(training) }));
  const asked = trainings.flatMap(({ training, result }) => (result ? [] : [training]));
  const made = (await context.parts<NetworkTrained>('train', asked)).map(({ value }) => value);
  const trained = trainings.map(({ result }) => result ?? made.shift()!);
  writeDocument(outputs.trainings, 'trainings', trainingsDocument(networks, params, trained, inputs.corpus, seed!));
});

export const parts = { train: guardedPart(trainNetwork) };
