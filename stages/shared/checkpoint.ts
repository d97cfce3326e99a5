import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Architecture, ModelConfig } from '../../src/model/architecture.ts';
import { parametersOf } from '../../src/model/parameters.ts';
import type { TrainingOptions, TrainingState } from '../../src/model/trainer.ts';
import type { Space } from '../../src/nas/space.ts';
import { supernetParameters } from '../../src/nas/supernet.ts';
import { adamDefaults, type Moments } from '../../src/tensor/adam.ts';
import { type Parameter, ParameterSet } from '../../src/tensor/parameters.ts';
import { readSafetensors, SafetensorsError, writeSafetensors } from '../../src/tensor/safetensors.ts';
import type { Seed } from '../../src/runner/stage.ts';
import type { Cursor } from './training-data.ts';

/** `checkpoint.json` (schemas/artifacts/checkpoint.schema.json). */
export interface CheckpointDocument {
  summary: string;
  languages: { source: string; target: string };
  model: ModelConfig;
  training: TrainingSettings;
  progress: Cursor & { updates: number };
  /** Of a supernet. */
  space?: Space;
  /** Of a single network. */
  architecture?: Architecture;
}

export interface TrainingSettings {
  maxTokens: number;
  learningRate: number;
  initialRate: number;
  warmup: number;
  labelSmoothing: number;
  weightDecay: number;
  clipNorm: number;
}

/** A checkpoint in memory. */
export interface Checkpoint {
  document: CheckpointDocument;
  state: TrainingState;
}

export function writeCheckpoint(folder: string, { document, state }: Checkpoint): void {
  writeSafetensors(path.join(folder, 'weights.safetensors'), state.weights);
  const moments = new ParameterSet();
  for (const moment of ['first', 'second'] as const) {
    for (const [name, entry] of state.moments[moment].entries) moments.entries.set(`${moment}.${name}`, entry);
  }
  writeSafetensors(path.join(folder, 'moments.safetensors'), moments);
  writeFileSync(path.join(folder, 'checkpoint.json'), `${JSON.stringify(document, null, 2)}\n`);
}

/** Reads a checkpoint; its tensors must be exactly those of its space or architecture, in their shapes, or it is refused. */
export function readCheckpoint(folder: string): Checkpoint {
  const document = JSON.parse(readFileSync(path.join(folder, 'checkpoint.json'), 'utf8')) as CheckpointDocument;
  const expected = parametersOfCheckpoint(document);
  const file = (name: string) => path.join(folder, name);
  const weights = readSafetensors(file('weights.safetensors'));
  checkShapes(file('weights.safetensors'), weights, expected);
  const stored = readSafetensors(file('moments.safetensors'));
  const moments: Moments = { first: new ParameterSet(), second: new ParameterSet() };
  for (const [name, entry] of stored.entries) {
    const [moment] = name.split('.', 1);
    if (moment === 'first' || moment === 'second') moments[moment].entries.set(name.slice(moment.length + 1), entry);
  }
  checkShapes(file('moments.safetensors'), moments.first, expected);
  checkShapes(file('moments.safetensors'), moments.second, expected);
  return { document, state: { config: document.model, weights, moments, updates: document.progress.updates } };
}

export function checkShapes(file: string, tensors: ParameterSet, expected: readonly Parameter[]): void {
  for (const { name, shape } of expected) {
    const entry = tensors.entries.get(name);
    if (!entry) throw new SafetensorsError(`${file} lacks the tensor "${name}".`);
    if (entry.shape.join() !== shape.join()) throw new SafetensorsError(`${file} has "${name}" in shape [${entry.shape}] instead of [${shape}].`);
  }
  if (tensors.entries.size !== expected.length) throw new SafetensorsError(`${file} has ${tensors.entries.size} tensors instead of ${expected.length}.`);
}

function parametersOfCheckpoint({ model, space, architecture }: CheckpointDocument): Parameter[] {
  return space ? supernetParameters(model, space) : parametersOf(model, architecture!);
}

/** The settings as the trainer takes them. */
export function trainingOptions(settings: TrainingSettings, seed: Seed): TrainingOptions {
  return {
    schedule: { peak: settings.learningRate, initial: settings.initialRate, warmup: settings.warmup },
    adam: { ...adamDefaults, weightDecay: settings.weightDecay },
    labelSmoothing: settings.labelSmoothing,
    clipNorm: settings.clipNorm,
    seed,
  };
}
