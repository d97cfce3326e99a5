import { copyFileSync } from 'node:fs';
import path from 'node:path';
import type { ModelDocument } from '../../schemas/types.ts';
import { checkArchitecture } from '../model/check-architecture.ts';
import { loadNetwork } from '../model/load-network.ts';
import type { Network } from '../model/network.ts';
import { parametersOf } from '../model/parameters.ts';
import type { ParameterSet } from '../tensor/parameter-set.ts';
import { readSafetensors, SafetensorsError, writeSafetensors } from '../tensor/safetensors.ts';
import { readDocument, writeDocument } from './documents.ts';
import { checkShapes } from './shapes.ts';

/** Writes a `model` artifact: a network's weights, and what it takes of the corpus to translate with them. */
export function writeModel(folder: string, document: ModelDocument, weights: ParameterSet, corpus: string): void {
  writeSafetensors(path.join(folder, 'weights.safetensors'), weights);
  for (const file of ['dict.source.txt', 'dict.target.txt', 'codes.txt']) {
    copyFileSync(path.join(corpus, file), path.join(folder, file));
  }
  writeDocument(folder, 'model', document);
}

/**
 * Reads a `model` artifact, whose document was checked by its schema. Its weights, or those of a checkpoint in their
 * stead, must be exactly those of its architecture, and finite. The caller disposes of the network.
 * @throws SafetensorsError, ArchitectureError for what does not fit together
 */
export function readModel(
  folder: string,
  checkpoint = folder,
): { document: ModelDocument; net: Network & { dispose(): void } } {
  const document = readDocument(folder, 'model');
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
  return { document, net: loadNetwork(document.model, document.architecture, weights) };
}
