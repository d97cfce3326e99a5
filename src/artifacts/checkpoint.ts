import path from 'node:path';
import type { CheckpointDocument } from '../../schemas/types.ts';
import { parametersOf } from '../model/parameters.ts';
import type { TrainingState } from '../model/trainer.ts';
import type { Space } from '../nas/space.ts';
import { supernetParameters } from '../nas/supernet.ts';
import type { Moments } from '../tensor/adam.ts';
import { type CornerCount, CornerCounts } from '../tensor/corner-counts.ts';
import { HostParameters } from '../tensor/host-parameters.ts';
import { ParameterSet } from '../tensor/parameter-set.ts';
import type { Parameter } from '../tensor/parameters.ts';
import { readSafetensors, writeSafetensors } from '../tensor/safetensors.ts';
import { StageError } from '../runner/stage.ts';
import { readDocument, writeDocument } from './documents.ts';
import { checkShapes } from './shapes.ts';

/** A checkpoint in memory. */
export interface Checkpoint {
  /** Without `counts`, which stand with the parameters. */
  document: CheckpointDocument;
  state: TrainingState;
}

/** That of a supernet. */
export interface SupernetCheckpoint extends Checkpoint {
  space: Space;
}

export function writeCheckpoint(folder: string, { document, state }: Checkpoint): void {
  const { weights, moments, counts } = state.parameters.toHost();
  writeSafetensors(path.join(folder, 'weights.safetensors'), weights);
  const both = new ParameterSet();
  for (const moment of ['first', 'second'] as const) {
    for (const [name, entry] of moments[moment].entries) both.entries.set(`${moment}.${name}`, entry);
  }
  writeSafetensors(path.join(folder, 'moments.safetensors'), both);
  writeDocument(folder, 'checkpoint', counts ? { ...document, counts: counts.toJSON() } : document);
}

/**
 * Reads a checkpoint; its tensors must be exactly those of its space or architecture, in
 * their shapes, or it is refused.
 */
export function readCheckpoint(folder: string): Checkpoint {
  const { counts, ...document } = readDocument(folder, 'checkpoint');
  const expected = parametersOfCheckpoint(document as CheckpointDocument);
  const file = (name: string) => path.join(folder, name);
  const weights = readSafetensors(file('weights.safetensors'));
  checkShapes(file('weights.safetensors'), weights, expected);
  const moments = split(readSafetensors(file('moments.safetensors')));
  checkShapes(file('moments.safetensors'), moments.first, expected);
  checkShapes(file('moments.safetensors'), moments.second, expected);
  const {
    model: config,
    progress: { updates },
  } = document;
  const parameters = new HostParameters(weights, moments, counts && new CornerCounts(counts as Counts));
  return { document: document as CheckpointDocument, state: { config, parameters, updates } };
}

/**
 * Reads the checkpoint of a supernet.
 * @param otherwise what to say where it holds a single network
 * @throws StageError then
 */
export function readSupernet(folder: string, otherwise: string): SupernetCheckpoint {
  const checkpoint = readCheckpoint(folder);
  const { space } = checkpoint.document;
  if (!space) throw new StageError(otherwise);
  return { ...checkpoint, space };
}

type Counts = Record<string, CornerCount[]>;

function split(both: ParameterSet): Moments {
  const moments: Moments = { first: new ParameterSet(), second: new ParameterSet() };
  for (const [name, entry] of both.entries) {
    const [moment] = name.split('.', 1);
    if (moment === 'first' || moment === 'second') moments[moment].entries.set(name.slice(moment.length + 1), entry);
  }
  return moments;
}

function parametersOfCheckpoint({ model, space, architecture }: CheckpointDocument): Parameter[] {
  return space ? supernetParameters(model, space) : parametersOf(model, architecture!);
}
