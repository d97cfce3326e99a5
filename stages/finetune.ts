import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { Architecture } from '../src/model/architecture.ts';
import { parametersOf } from '../src/model/parameters.ts';
import { countParameters } from '../src/nas/counts.ts';
import { validationLoss } from '../src/nas/evaluate.ts';
import { zeroMoments } from '../src/tensor/adam.ts';
import { ParameterSet } from '../src/tensor/parameters.ts';
import { RandomStream } from '../src/tensor/random.ts';
import { readSafetensors, writeSafetensors } from '../src/tensor/safetensors.ts';
import { type Seed, StageError } from '../src/runner/stage.ts';
import type { FinetuneParams } from '../schemas/types.ts';
import { type Checkpoint, readCheckpoint, writeCheckpoint } from './shared/checkpoint.ts';
import { checkDictionaries, checkSubnet } from './shared/compatibility.ts';
import { readDocument, writeDocument } from './shared/documents.ts';
import { startEngine } from './shared/engine.ts';
import { guarded } from './shared/guard.ts';
import { writeMetrics } from './shared/metrics.ts';
import { drawValidation, TrainingData } from './shared/training-data.ts';
import { runTraining } from './shared/training-run.ts';

/** Trains the subnet that was found (paper, section 5.3), as schemas/stages/finetune.json declares. */
export default guarded<FinetuneParams>(async (context) => {
  const { params, inputs, outputs } = context;
  const seed = context.seed!;
  const { partTokens } = await startEngine(context);
  const { architecture } = readDocument<{ architecture: Architecture }>(inputs.subnet, 'subnet');
  const supernet = readCheckpoint(inputs.checkpoint);
  checkDictionaries(inputs.corpus, supernet.document.model);
  if (!supernet.document.space) throw new StageError('The checkpoint holds a single network, and not the supernet that the subnet was found in.');
  checkSubnet(supernet.document.model, supernet.document.space, architecture);
  const start = startingPoint(supernet, architecture, params, seed);
  const { model, training } = start.document;
  const validation = drawValidation(inputs.corpus, params.validationTokens, partTokens, seed);
  const lossesOf = (weights: ParameterSet) => validationLoss(model, architecture, weights, validation, training.labelSmoothing);
  const before = lossesOf(start.state.weights);

  const epochs = new EpochWeights(path.join(context.progress, 'epochs'), params.averageEpochs);
  const { checkpoint, losses } = runTraining({
    context, seed, start, updates: params.updates, partTokens,
    data: TrainingData.read(inputs.corpus, training.maxTokens, seed),
    architectureOf: () => architecture,
    onEpoch: ({ state }) => epochs.add(state.updates, state.weights),
  });
  // A run shorter than an epoch has no epoch's end.
  if (epochs.isEmpty) epochs.add(checkpoint.state.updates, checkpoint.state.weights);

  const { document, state } = checkpoint;
  const mean = epochs.mean();
  const after = lossesOf(state.weights);
  const averaged = lossesOf(mean.weights);
  document.summary = `one network after ${state.updates} updates, validation loss ${after.smoothed.toFixed(3)}`;
  writeCheckpoint(outputs.checkpoint, checkpoint);

  const parameters = countParameters(model, architecture);
  writeSafetensors(path.join(outputs.model, 'weights.safetensors'), mean.weights);
  for (const file of ['dict.source.txt', 'dict.target.txt', 'codes.txt']) copyFileSync(path.join(inputs.corpus, file), path.join(outputs.model, file));
  writeDocument(outputs.model, 'model', {
    summary: `${(parameters.layers / 1e6).toFixed(2)} M parameters (layers only), validation loss ${averaged.smoothed.toFixed(3)}, mean of ${mean.count} checkpoints`,
    languages: document.languages, model, architecture, parameters, updates: state.updates, averaged: mean.count, validation: averaged,
  });
  writeMetrics(outputs.metrics, `validation loss ${before.smoothed.toFixed(3)} → ${after.smoothed.toFixed(3)}, averaged ${averaged.smoothed.toFixed(3)}`,
    { loss: losses }, { before: before.smoothed, after: after.smoothed, averaged: averaged.smoothed });
});

/** The subnet with the corner of the supernet's weights and moments that is its own, or with new weights. */
function startingPoint(supernet: Checkpoint, architecture: Architecture, params: FinetuneParams, seed: Seed): Checkpoint {
  const { document, state } = supernet;
  const model = { ...document.model, dropout: params.dropout ?? document.model.dropout, weightDropout: params.weightDropout ?? document.model.weightDropout };
  const training = { ...document.training };
  for (const name of Object.keys(training) as (keyof typeof training)[]) training[name] = params[name] ?? training[name];
  const own = parametersOf(model, architecture);
  const inherited = { first: () => state.moments.first.cut(own), second: () => state.moments.second.cut(own) };
  const weights = params.inherit
    ? state.weights.cut(own)
    : ParameterSet.initialise(own, (name) => new RandomStream(seed.value, seed.stream, 'initial', name));
  return {
    document: {
      summary: '', languages: document.languages, model, training, architecture,
      progress: params.inherit ? document.progress : { updates: 0, epoch: 0, batch: 0 },
    },
    state: {
      config: model,
      weights,
      moments: params.inherit ? { first: inherited.first(), second: inherited.second() } : zeroMoments(weights),
      updates: params.inherit ? state.updates : 0,
    },
  };
}

/** The weights at the end of the last epochs, kept as files so that they outlive an interruption. */
class EpochWeights {
  constructor(private readonly folder: string, private readonly count: number) {
    mkdirSync(folder, { recursive: true });
  }

  add(updates: number, weights: ParameterSet): void {
    writeSafetensors(path.join(this.folder, `${updates}.safetensors`), weights);
    for (const old of this.files().slice(0, -this.count)) rmSync(old);
  }

  /** The mean of the last ones, summed in order of age so that it is the same every time. */
  mean(): { weights: ParameterSet; count: number } {
    const files = this.files();
    const [first, ...others] = files.map((file) => readSafetensors(file));
    for (const [name, { data }] of first.entries) {
      const sum = Float64Array.from(data);
      for (const other of others) other.get(name).data.forEach((value, i) => (sum[i] += value));
      for (let i = 0; i < data.length; i++) data[i] = sum[i] / files.length;
    }
    return { weights: first, count: files.length };
  }

  get isEmpty(): boolean {
    return this.files().length === 0;
  }

  private files(): string[] {
    if (!existsSync(this.folder)) return [];
    const updates = readdirSync(this.folder).map((name) => parseInt(name, 10)).sort((a, b) => a - b);
    return updates.map((update) => path.join(this.folder, `${update}.safetensors`));
  }
}
