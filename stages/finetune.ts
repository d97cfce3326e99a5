import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { Architecture, ModelConfig } from '../src/model/architecture.ts';
import { dictionarySmoothing } from '../src/model/label-smoothing.ts';
import { parametersOf } from '../src/model/parameters.ts';
import { countParameters } from '../src/nas/counts.ts';
import { validationLoss } from '../src/nas/evaluate.ts';
import { zeroMoments } from '../src/tensor/adam.ts';
import { ParameterSet } from '../src/tensor/parameters.ts';
import { RandomStream } from '../src/tensor/random.ts';
import { readManifest } from '../src/text/dataset.ts';
import { readSafetensors, writeSafetensors } from '../src/tensor/safetensors.ts';
import { StageError, type StageContext } from '../src/runner/stage.ts';
import type { FinetuneParams } from '../schemas/types.ts';
import { type Checkpoint, type CheckpointDocument, readCheckpoint, writeCheckpoint } from './shared/checkpoint.ts';
import { checkDictionaries, checkSubnet } from './shared/compatibility.ts';
import { readDocument, writeDocument } from './shared/documents.ts';
import { startEngine } from './shared/engine.ts';
import { guarded } from './shared/guard.ts';
import { finalOf, recentOf, writeMetrics } from './shared/metrics.ts';
import { TrainingData } from './shared/training-data.ts';
import { runTraining } from './shared/training-run.ts';
import { drawSample, sampleOf, type ValidationSample } from './shared/validation.ts';

/** Trains one network, such as the subnet that was found (paper, section 5.3), as schemas/stages/finetune.json declares. */
export default guarded<FinetuneParams>(async (context) => {
  const { params, inputs, outputs } = context;
  const seed = context.seed!;
  const { partTokens } = await startEngine(context);
  const subnet = readDocument<SubnetDocument>(inputs.subnet, 'subnet');
  const { architecture } = subnet;
  const supernet = inputs.checkpoint ? readCheckpoint(inputs.checkpoint) : undefined;
  if (supernet) checkSupernet(inputs.corpus, supernet, architecture);
  const start = startingPoint(supernet, subnet, context);
  const { model, training } = start.document;
  const lossOn = (sample: ValidationSample) => {
    const batches = drawSample(inputs.corpus, sample, partTokens);
    return (weights: ParameterSet) => validationLoss(model, architecture, weights, batches, sample.labelSmoothing);
  };
  const inherited = supernet && params.inherit && subnet.validation ? lossOn(subnet.validation)(start.state.weights).smoothed : undefined;
  checkInherited(subnet, inherited);
  const lossesOf = lossOn(sampleOf(seed, params.validationTokens, training.labelSmoothing));
  const before = lossesOf(start.state.weights);

  const epochs = new EpochWeights(path.join(context.progress, 'epochs'), params.averageEpochs);
  const { checkpoint, series } = runTraining({
    context, seed, start, updates: params.updates, partTokens,
    data: TrainingData.read(inputs.corpus, training.maxTokens, seed),
    architectureOf: () => architecture,
    validate: ({ weights }) => ({ validation: lossesOf(weights).smoothed }),
    onEpoch: ({ state }) => epochs.add(state.updates, state.weights),
  });
  // A run shorter than an epoch has no epoch's end.
  if (epochs.isEmpty) epochs.add(checkpoint.state.updates, checkpoint.state.weights);

  const { document, state } = checkpoint;
  const mean = epochs.mean();
  const after = finalOf(series.validation);
  const trained = params.updates > 0 ? { loss: recentOf(series.loss) } : undefined;
  const averaged = lossesOf(mean.weights);
  document.summary = `one network after ${state.updates} updates, validation loss ${after.toFixed(3)}`;
  writeCheckpoint(outputs.checkpoint, checkpoint);

  const parameters = countParameters(model, architecture);
  writeSafetensors(path.join(outputs.model, 'weights.safetensors'), mean.weights);
  for (const file of ['dict.source.txt', 'dict.target.txt', 'codes.txt']) copyFileSync(path.join(inputs.corpus, file), path.join(outputs.model, file));
  writeDocument(outputs.model, 'model', {
    summary: `${(parameters.layers / 1e6).toFixed(2)} M parameters (layers only), validation loss ${averaged.smoothed.toFixed(3)}, mean of ${mean.count} checkpoints`,
    languages: document.languages, lowercase: readManifest(inputs.corpus).lowercase, model, architecture, parameters, updates: state.updates, averaged: mean.count, validation: averaged,
  });
  writeMetrics(outputs.metrics, `validation loss ${before.smoothed.toFixed(3)} → ${after.toFixed(3)}, averaged ${averaged.smoothed.toFixed(3)}${trained ? `; training loss ${trained.loss.toFixed(3)}` : ''}`,
    series, { ...trained, ...(inherited === undefined ? {} : { inherited }), before: before.smoothed, after, averaged: averaged.smoothed });
});

interface SubnetDocument {
  architecture: Architecture;
  model: Pick<ModelConfig, 'norm' | 'kernels'>;
  loss?: number;
  validation?: ValidationSample;
}

/** Refuses a supernet that does not hold the network. */
function checkSupernet(corpus: string, { document: { model, space } }: Checkpoint, architecture: Architecture): void {
  checkDictionaries(corpus, model);
  if (!space) throw new StageError('The checkpoint holds a single network, and not the supernet that the subnet was found in.');
  checkSubnet(model, space, architecture);
}

/** Refuses weights that are not those that the subnet was found with; engines differ in the last digits alone. */
function checkInherited({ loss }: SubnetDocument, inherited: number | undefined): void {
  if (loss === undefined || inherited === undefined || Math.abs(inherited - loss) <= 1e-3 * Math.abs(loss)) return;
  throw new StageError(`With this supernet's weights the subnet has a validation loss of ${inherited.toFixed(4)}, and it was found with ${loss.toFixed(4)}: `
    + 'connect the checkpoint that it was searched with.');
}

/** The network with the corner of the supernet's weights and moments that is its own, or with new weights. */
function startingPoint(supernet: Checkpoint | undefined, { architecture, model: found }: SubnetDocument, context: StageContext<FinetuneParams>): Checkpoint {
  const { params, inputs } = context;
  const { value, stream } = context.seed!;
  const terms = supernet?.document ?? untrained(inputs.corpus, found);
  const model: ModelConfig = {
    ...terms.model,
    norm: params.norm ?? terms.model.norm,
    kernels: params.kernels ?? terms.model.kernels,
    dropout: params.dropout ?? terms.model.dropout,
    weightDropout: params.weightDropout ?? terms.model.weightDropout,
    attentionDropout: params.attentionDropout ?? terms.model.attentionDropout,
  };
  const training = { ...terms.training };
  for (const name of Object.keys(training) as (keyof typeof training)[]) training[name] = params[name] ?? training[name];
  if (params.labelSmoothing !== undefined) training.labelSmoothing = dictionarySmoothing(params.labelSmoothing, params.smoothing ?? 'dictionary', model.targetTypes);
  const own = parametersOf(model, architecture);
  const document = { summary: '', languages: terms.languages, model, training, architecture };
  if (!supernet || !params.inherit) {
    if (params.updates === 0) {
      throw new StageError('"updates": 0 gives the inherited weights as they are, and nothing is inherited: connect a checkpoint and leave "inherit" true, or train.');
    }
    const weights = ParameterSet.initialise(own, (name) => new RandomStream(value, stream, 'initial', name));
    return { document: { ...document, progress: { updates: 0, epoch: 0, batch: 0 } }, state: { config: model, weights, moments: zeroMoments(weights), updates: 0 } };
  }
  const { weights, moments, updates } = supernet.state;
  if (JSON.stringify([model.norm, model.kernels]) !== JSON.stringify([terms.model.norm, terms.model.kernels])) {
    throw new StageError('"norm" and "kernels" are the supernet\'s where its weights are inherited: leave them out, or set "inherit" to false.');
  }
  return {
    document: { ...document, progress: supernet.document.progress },
    state: { config: model, weights: weights.cut(own), moments: { first: moments.first.cut(own), second: moments.second.cut(own) }, updates },
  };
}

/** The terms of a network that has no supernet: those of HAT and Lite Transformer on IWSLT'14. */
function untrained(corpus: string, found: SubnetDocument['model']): Pick<CheckpointDocument, 'languages' | 'model' | 'training'> {
  const { dictionary, languages } = readManifest(corpus);
  return {
    languages,
    model: { sourceTypes: dictionary.source, targetTypes: dictionary.target, ...found, dropout: 0.2, weightDropout: 0.1 },
    training: { maxTokens: 4096, learningRate: 5e-4, initialRate: 1e-7, warmup: 4000, labelSmoothing: 0.1, weightDecay: 1e-4, clipNorm: 0 },
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
