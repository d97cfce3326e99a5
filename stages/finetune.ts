import path from 'node:path';
import type { FinetuneParams, SubnetDocument } from '../schemas/types.ts';
import { readCheckpoint, writeCheckpoint } from '../src/artifacts/checkpoint.ts';
import { readDocument, writeDocument } from '../src/artifacts/documents.ts';
import { finalOf, recentOf } from '../src/artifacts/metrics.ts';
import { writeModel } from '../src/artifacts/model.ts';
import { TrainingBatches } from '../src/batching/training-batches.ts';
import { drawSample, sampleOf, type ValidationSample } from '../src/batching/validation-sample.ts';
import { validationLoss } from '../src/model/validation.ts';
import { countParameters, millions } from '../src/nas/counts.ts';
import { StageError } from '../src/runner/stage.ts';
import { startEngine } from '../src/stage/engine.ts';
import { guarded } from '../src/stage/guard.ts';
import type { Weights } from '../src/tensor/parameters.ts';
import { readManifest } from '../src/text/dataset.ts';
import { EpochWeights } from '../src/training/epoch-weights.ts';
import { runTraining } from '../src/training/run.ts';
import { singleNetwork } from '../src/training/single-network.ts';

/**
 * Trains one network, such as the subnet that was found (paper, section 5.3), as schemas/stages/finetune.json declares.
 */
export default guarded<FinetuneParams>(async (context) => {
  const { params, inputs, outputs } = context;
  const seed = context.seed!;
  const { partTokens } = await startEngine(context);
  const subnet = readDocument(inputs.subnet, 'subnet');
  const { architecture } = subnet;
  const origin = inputs.checkpoint ? readCheckpoint(inputs.checkpoint) : undefined;
  const start = singleNetwork(subnet, origin, inputs.corpus, params, seed);
  const { model, training, languages } = start.document;
  const lossOn = (sample: ValidationSample) => {
    const batches = drawSample(inputs.corpus, sample, partTokens);
    return (weights: Weights) => validationLoss(model, architecture, weights, batches, sample.labelSmoothing);
  };
  const inherited =
    origin?.document.space && params.inherit && subnet.validation
      ? lossOn(subnet.validation)(start.state.parameters).smoothed
      : undefined;
  checkInherited(subnet, inherited);
  const lossesOf = lossOn(sampleOf(seed, params.validationTokens, training.labelSmoothing));
  const before = lossesOf(start.state.parameters).smoothed;

  const epochs = new EpochWeights(path.join(context.progress, 'epochs'), params.averageEpochs);
  const { checkpoint, series } = runTraining({
    context,
    seed,
    start,
    updates: params.updates,
    partTokens,
    batches: TrainingBatches.read(inputs.corpus, training.maxTokens, seed),
    architectureOf: () => architecture,
    validate: ({ parameters }) => ({ validation: lossesOf(parameters).smoothed }),
    onEpoch: ({ state }) => epochs.add(state.updates, state.parameters.toHost().weights),
  });
  const {
    document,
    state: { updates, parameters },
  } = checkpoint;
  // A run shorter than an epoch has no epoch's end.
  if (epochs.isEmpty) epochs.add(updates, parameters.toHost().weights);
  const mean = epochs.mean();
  const after = finalOf(series.validation);
  const averaged = lossesOf(mean.weights);
  const trained = params.updates > 0 ? { loss: recentOf(series.loss) } : undefined;

  document.summary = `one network after ${updates} updates, validation loss ${after.toFixed(3)}`;
  writeCheckpoint(outputs.checkpoint, checkpoint);
  const counts = countParameters(model, architecture);
  writeModel(
    outputs.model,
    {
      summary:
        `${millions(counts.layers)} parameters (layers only), validation loss ${averaged.smoothed.toFixed(3)}, `
        + `mean of ${mean.count} checkpoints`,
      languages,
      lowercase: readManifest(inputs.corpus).lowercase,
      model,
      architecture,
      parameters: counts,
      updates,
      averaged: mean.count,
      validation: averaged,
    },
    mean.weights,
    inputs.corpus,
  );
  writeDocument(outputs.metrics, 'metrics', {
    summary:
      `validation loss ${before.toFixed(3)} → ${after.toFixed(3)}, averaged ${averaged.smoothed.toFixed(3)}`
      + (trained ? `; training loss ${trained.loss.toFixed(3)}` : ''),
    series,
    values: {
      ...trained,
      ...(inherited === undefined ? {} : { inherited }),
      before,
      after,
      averaged: averaged.smoothed,
    },
  });
});

/** Refuses weights that are not those that the subnet was found with; engines differ in the last digits alone. */
function checkInherited({ loss }: SubnetDocument, inherited: number | undefined): void {
  if (loss === undefined || inherited === undefined || Math.abs(inherited - loss) <= 1e-3 * Math.abs(loss)) return;
  throw new StageError(
    `With this supernet's weights the subnet has a validation loss of ${inherited.toFixed(4)}, `
      + `and it was found with ${loss.toFixed(4)}: connect the checkpoint that it was searched with.`,
  );
}
