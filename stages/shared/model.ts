import path from 'node:path';
import { checkArchitecture } from '../../src/model/check-architecture.ts';
import type { Network } from '../../src/model/network.ts';
import { parametersOf } from '../../src/model/parameters.ts';
import { loadNetwork } from '../../src/model/training-step.ts';
import { readSafetensors, SafetensorsError } from '../../src/tensor/safetensors.ts';
import type { ModelDocument } from '../../schemas/types.ts';
import { checkShapes } from './checkpoint.ts';
import { readDocument } from './documents.ts';

/**
 * Reads a `model` artifact, whose document was checked by its schema. Its weights, or those of a checkpoint in their stead, must be
 * exactly those of its architecture, and finite. The caller disposes of the network.
 * @throws SafetensorsError, ArchitectureError for what does not fit together
 */
export function readModel(folder: string, checkpoint = folder): { document: ModelDocument; net: Network & { dispose(): void } } {
  const document = readDocument<ModelDocument>(folder, 'model');
  checkArchitecture(document.architecture);
  const file = path.join(checkpoint, 'weights.safetensors');
  const weights = readSafetensors(file);
  checkShapes(file, weights, parametersOf(document.model, document.architecture));
  for (const [name, { data }] of weights.entries) {
    if (!data.every(Number.isFinite)) throw new SafetensorsError(`${file} has values in "${name}" that are no finite numbers: its training diverged, or it is damaged.`);
  }
  return { document, net: loadNetwork(document.model, document.architecture, weights) };
}
