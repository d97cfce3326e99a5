import type { ModelConfig } from '../src/model/architecture.ts';
import { dictionarySmoothing } from '../src/model/label-smoothing.ts';
import { ParameterSet } from '../src/tensor/parameters.ts';
import { zeroMoments } from '../src/tensor/adam.ts';
import { RandomStream } from '../src/tensor/random.ts';
import { countParameters } from '../src/nas/counts.ts';
import { validationLoss } from '../src/nas/evaluate.ts';
import { distinct } from '../src/nas/evolution.ts';
import { drawSubnet, type SampleSpace, sampleSpaceDocument } from '../src/nas/sample-space.ts';
import { architectureOf, checkSpace, extremeGenes, type Genes } from '../src/nas/space.ts';
import { supernetParameters } from '../src/nas/supernet.ts';
import { readManifest } from '../src/text/dataset.ts';
import { StageError, type Seed, type StageContext } from '../src/runner/stage.ts';
import type { TrainSupernetParams } from '../schemas/types.ts';
import { type Checkpoint, readCheckpoint, type TrainingSettings, writeCheckpoint } from './shared/checkpoint.ts';
import { checkDictionaries, checkSameSpace } from './shared/compatibility.ts';
import { readSampleSpace, writeDocument } from './shared/documents.ts';
import { startEngine } from './shared/engine.ts';
import { guarded } from './shared/guard.ts';
import { finalOf, recentOf, writeMetrics } from './shared/metrics.ts';
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
  const { labelSmoothing } = start.document.training;
  const validation = drawSample(inputs.corpus, sampleOf(seed, params.validationTokens, labelSmoothing), partTokens);
  const first = start.state.updates + 1;
  const subnetOf = (update: number) => drawSubnet(sampleSpace, new RandomStream(seed.value, seed.stream, 'subnet', update));

  const extremes = extremeGenes(space);
  const { checkpoint, series } = runTraining({
    context, seed, start, updates: params.updates, partTokens,
    data: TrainingData.read(inputs.corpus, params.maxTokens, seed),
    architectureOf: (update) => architectureOf(space, subnetOf(update)),
    validate({ config, weights }) {
      const lossOf = (genes: Genes) => validationLoss(config, architectureOf(space, genes), weights, validation, labelSmoothing).smoothed;
      return { smallest: lossOf(extremes.smallest), largest: lossOf(extremes.largest) };
    },
  });

  const { document, state } = checkpoint;
  const loss = recentOf(series.loss);
  const [smallest, largest] = [series.smallest, series.largest].map(finalOf);
  const draws = Array.from({ length: params.updates }, (_, i) => subnetOf(first + i));
  // Losses of spaces compare only beside the sizes that are drawn from them.
  const parameters = draws.reduce((sum, genes) => sum + countParameters(document.model, architectureOf(space, genes)).layers, 0) / draws.length;

  document.summary = `supernet after ${state.updates} updates, training loss ${loss.toFixed(3)}`;
  writeCheckpoint(outputs.checkpoint, checkpoint);
  const sampled = distinct(draws);
  writeDocument(outputs.sampled, 'sample-space', {
    summary: `${sampled.length} distinct subnets in ${params.updates} updates`,
    ...sampleSpaceDocument({ space, candidates: sampled }),
  });
  writeMetrics(outputs.metrics, `training loss ${loss.toFixed(3)}; validation: smallest ${smallest.toFixed(3)}, largest ${largest.toFixed(3)}`,
    series, { loss, smallest, largest, parameters });
});

function fresh({ params, inputs }: StageContext<TrainSupernetParams>, seed: Seed): Checkpoint {
  const { dictionary, languages } = readManifest(inputs.corpus);
  checkSpace(params.space);
  const model = modelOf(params, dictionary.source, dictionary.target);
  const weights = ParameterSet.initialise(supernetParameters(model, params.space), (name) => new RandomStream(seed.value, seed.stream, 'initial', name));
  return {
    document: { summary: '', languages, model, training: settings(params, dictionary.target), progress: { updates: 0, epoch: 0, batch: 0 }, space: params.space },
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
  // Dropout may change from one round to the next.
  const config = modelOf(params, model.sourceTypes, model.targetTypes);
  return { document: { ...document, model: config, training: settings(params, config.targetTypes) }, state: { ...state, config } };
}

function settings(params: TrainSupernetParams, targetTypes: number): TrainingSettings {
  const { maxTokens, learningRate, initialRate, warmup, weightDecay, clipNorm } = params;
  const labelSmoothing = dictionarySmoothing(params.labelSmoothing, params.smoothing, targetTypes);
  return { maxTokens, learningRate, initialRate, warmup, labelSmoothing, weightDecay, clipNorm };
}

function modelOf(params: TrainSupernetParams, sourceTypes: number, targetTypes: number): ModelConfig {
  const { kernels, norm, dropout, scaledDropout, weightDropout, attentionDropout, space } = params;
  return {
    sourceTypes, targetTypes, kernels, norm, dropout, ...(scaledDropout ? { dropoutWidth: Math.max(...space.widths) } : {}),
    weightDropout, ...(attentionDropout > 0 ? { attentionDropout } : {}),
  };
}
