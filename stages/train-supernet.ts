import { ParameterSet } from '../src/tensor/parameters.ts';
import { zeroMoments } from '../src/tensor/adam.ts';
import { RandomStream } from '../src/tensor/random.ts';
import { validationLoss } from '../src/nas/evaluate.ts';
import { distinct } from '../src/nas/evolution.ts';
import { drawSubnet, type SampleSpace, sampleSpaceDocument } from '../src/nas/sample-space.ts';
import { architectureOf, checkSpace, extremeGenes } from '../src/nas/space.ts';
import { supernetParameters } from '../src/nas/supernet.ts';
import { readManifest } from '../src/text/dataset.ts';
import { StageError, type Seed, type StageContext } from '../src/runner/stage.ts';
import type { TrainSupernetParams } from '../schemas/types.ts';
import { type Checkpoint, readCheckpoint, writeCheckpoint } from './shared/checkpoint.ts';
import { checkDictionaries, checkSameSpace } from './shared/compatibility.ts';
import { readSampleSpace, writeDocument } from './shared/documents.ts';
import { startEngine } from './shared/engine.ts';
import { guarded } from './shared/guard.ts';
import { writeMetrics } from './shared/metrics.ts';
import { TrainingData } from './shared/training-data.ts';
import { runTraining } from './shared/training-run.ts';
import { drawSample, sampleOf } from './shared/validation.ts';

/** Phase 1 of the paper's section 4.4, as schemas/stages/train-supernet.json declares. */
export default guarded<TrainSupernetParams>(async (context) => {
  const { params, inputs, outputs } = context;
  const seed = context.seed!;
  const { partTokens } = await startEngine(context);
  const start = inputs.checkpoint ? continued(inputs.checkpoint, params) : fresh(context, seed);
  const space = start.document.space!;
  const sampleSpace: SampleSpace = inputs.space ? readSampleSpace(inputs.space) : { space };
  checkSameSpace(space, sampleSpace.space);
  checkDictionaries(inputs.corpus, start.document.model);
  const validation = drawSample(inputs.corpus, sampleOf(seed, params.validationTokens, params.labelSmoothing), partTokens);
  const first = start.state.updates + 1;
  const subnetOf = (update: number) => drawSubnet(sampleSpace, new RandomStream(seed.value, seed.stream, 'subnet', update));

  const { checkpoint, losses } = runTraining({
    context, seed, start, updates: params.updates, partTokens,
    data: TrainingData.read(inputs.corpus, params.maxTokens, seed),
    architectureOf: (update) => architectureOf(space, subnetOf(update)),
  });

  const { document, state } = checkpoint;
  const extremes = extremeGenes(space);
  const lossOf = (genes: readonly number[]) =>
    validationLoss(document.model, architectureOf(space, genes), state.weights, validation, params.labelSmoothing).smoothed;
  const values = { smallest: lossOf(extremes.smallest), largest: lossOf(extremes.largest) };
  const loss = losses.at(-1)![1];

  document.summary = `supernet after ${state.updates} updates, training loss ${loss.toFixed(3)}`;
  writeCheckpoint(outputs.checkpoint, checkpoint);
  const sampled = distinct(Array.from({ length: params.updates }, (_, i) => subnetOf(first + i)));
  writeDocument(outputs.sampled, 'sample-space', {
    summary: `${sampled.length} distinct subnets in ${params.updates} updates`,
    ...sampleSpaceDocument({ space, candidates: sampled }),
  });
  writeMetrics(outputs.metrics, `training loss ${loss.toFixed(3)}; validation: smallest ${values.smallest.toFixed(3)}, largest ${values.largest.toFixed(3)}`,
    { loss: losses }, values);
});

function fresh({ params, inputs }: StageContext<TrainSupernetParams>, seed: Seed): Checkpoint {
  const { dictionary, languages } = readManifest(inputs.corpus);
  checkSpace(params.space);
  const { norm, dropout, weightDropout, kernels } = params;
  const model = { sourceTypes: dictionary.source, targetTypes: dictionary.target, kernels, norm, dropout, weightDropout };
  const weights = ParameterSet.initialise(supernetParameters(model, params.space), (name) => new RandomStream(seed.value, seed.stream, 'initial', name));
  return {
    document: { summary: '', languages, model, training: settings(params), progress: { updates: 0, epoch: 0, batch: 0 }, space: params.space },
    state: { config: model, weights, moments: zeroMoments(weights), updates: 0 },
  };
}

/** A checkpoint to go on with, on the terms of this stage's parameters; what shapes the network must be as it was. */
function continued(folder: string, params: TrainSupernetParams): Checkpoint {
  const { document, state } = readCheckpoint(folder);
  const { space, model } = document;
  if (!space) throw new StageError('The checkpoint to go on with holds a single network, not a supernet.');
  const mismatch = [['space', space, params.space], ['norm', model.norm, params.norm], ['kernels', model.kernels, params.kernels]]
    .find(([, before, now]) => JSON.stringify(before) !== JSON.stringify(now));
  if (mismatch) {
    throw new StageError(`The checkpoint was trained with "${mismatch[0]}" ${JSON.stringify(mismatch[1])}, and this stage has ${JSON.stringify(mismatch[2])}: all rounds need the same.`);
  }
  const config = { ...model, dropout: params.dropout, weightDropout: params.weightDropout };
  return { document: { ...document, model: config, training: settings(params) }, state: { ...state, config } };
}

function settings({ maxTokens, learningRate, initialRate, warmup, labelSmoothing, weightDecay, clipNorm }: TrainSupernetParams) {
  return { maxTokens, learningRate, initialRate, warmup, labelSmoothing, weightDecay, clipNorm };
}
