import { copyFileSync } from 'node:fs';
import path from 'node:path';
import type { CheckpointDocument, ModelDocument } from '../../schemas/types.ts';
import { digestJson } from '../disk/digest.ts';
import { checkArchitecture } from '../model/check-architecture.ts';
import type { ModelConfig } from '../model/architecture.ts';
import { loadNetwork } from '../model/load-network.ts';
import type { Network } from '../model/network.ts';
import { parametersOf } from '../model/parameters.ts';
import type { ParameterSet } from '../tensor/parameter-set.ts';
import { readSafetensors, SafetensorsError, writeSafetensors } from '../tensor/safetensors.ts';
import { StageError } from '../runner/stage.ts';
import { readDocument, writeDocument } from './documents.ts';
import { checkShapes } from './shapes.ts';
import { differences } from './text-form.ts';

/** Writes a `model` artifact: a network's weights, and what it takes of the corpus to translate with them. */
export function writeModel(folder: string, document: ModelDocument, weights: ParameterSet, corpus: string): void {
  writeSafetensors(path.join(folder, 'weights.safetensors'), weights);
  for (const file of ['dict.source.txt', 'dict.target.txt', 'codes.txt']) {
    copyFileSync(path.join(corpus, file), path.join(folder, file));
  }
  writeDocument(folder, 'model', document);
}

/**
 * Reads a `model` artifact, whose document was checked by its schema. Its weights, or those of a checkpoint of the same
 * network in their stead, must be exactly those of its architecture, and finite. The caller disposes of the network.
 * @throws SafetensorsError, ArchitectureError, StageError for what does not fit together
 */
export function readModel(
  folder: string,
  checkpoint = folder,
): { document: ModelDocument; net: Network & { dispose(): void } } {
  const { document, weights } = readModelWeights(folder, checkpoint);
  return { document, net: loadNetwork(document.model, document.architecture, weights) };
}

/** `readModel` without a tensor engine. */
export function readModelWeights(
  folder: string,
  checkpoint = folder,
): { document: ModelDocument; weights: ParameterSet } {
  const document = readDocument(folder, 'model');
  if (checkpoint !== folder) checkSameNetwork(document, readDocument(checkpoint, 'checkpoint'));
  checkArchitecture(document.architecture);
  const file = path.join(checkpoint, 'weights.safetensors');
  const weights = readSafetensors(file);
  checkShapes(file, weights, parametersOf(document.model, document.architecture));
  for (const [name, { data }] of weights.entries) {
    if (data.every(Number.isFinite)) continue;
    throw new SafetensorsError(
      `${file} has values in "${name}" that are no finite numbers: its training diverged, or it is damaged.`,
    );
  }
  return { document, weights };
}

/** Weights of equal shapes may be of other activations, norms or words. */
function checkSameNetwork(model: ModelDocument, checkpoint: CheckpointDocument): void {
  const differing = differences(model, checkpoint);
  if (digestJson(model.architecture) !== digestJson(checkpoint.architecture ?? null))
    differing.push(
      `the architecture of the checkpoint is ${checkpoint.architecture ? 'another one' : 'a whole space'}`,
    );
  if (digestJson(formOf(model.model)) !== digestJson(formOf(checkpoint.model)))
    differing.push('norm, kernels or sizes of dictionaries differ');
  if (differing.length === 0) return;
  throw new StageError(
    `The inputs "model" and "checkpoint" are not of one network: ${differing.join('; ')}. `
      + 'Connect the checkpoint that was written with the model.',
  );
}

/** What of a configuration shapes the network: dropout is of training alone. */
function formOf(config: ModelConfig): object {
  const { sourceTypes, targetTypes, norm, kernels, unshared } = config;
  return { sourceTypes, targetTypes, norm, kernels, ...(unshared ? { unshared } : {}) };
}
