import type { TrainNetworksParams } from '../schemas/types.ts';
import { readDocument, writeDocument } from '../src/artifacts/documents.ts';
import { type NetworkTrained, trainNetwork } from '../src/benchmark/train-network.ts';
import { trainingsDocument, trainingsOf } from '../src/benchmark/training-rows.ts';
import { guarded, guardedPart } from '../src/stage/guard.ts';

/** Trains networks from scratch, each by itself, as schemas/stages/train-networks.json declares. */
export default guarded<TrainNetworksParams>(async (context) => {
  const { params, inputs, outputs, seed } = context;
  const networks = readDocument(inputs.networks, 'networks');
  const results = await context.parts<NetworkTrained>('train', trainingsOf(networks, params));
  const trained = results.map(({ value }) => value);
  writeDocument(outputs.trainings, 'trainings', trainingsDocument(networks, params, trained, inputs.corpus, seed!));
});

export const parts = { train: guardedPart(trainNetwork) };
