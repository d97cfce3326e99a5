import path from 'node:path';
import type { PredictorDocument } from '../../schemas/types.ts';
import { checkTrees } from '../boosting/tree.ts';
import type { Architecture } from '../model/architecture.ts';
import type { Bounds } from '../nas/costs/bounds.ts';
import type { CostTerms } from '../nas/costs/cost.ts';
import { featureNames, featuresOf, type FeatureSet } from '../nas/features.ts';
import type { Space } from '../nas/space.ts';
import { mlpParameters } from '../prediction/mlp.ts';
import { predict, type Predictor } from '../prediction/predictor.ts';
import { StageError } from '../runner/stage.ts';
import { ParameterSet } from '../tensor/parameter-set.ts';
import { readSafetensors, writeSafetensors } from '../tensor/safetensors.ts';
import { readDocument, writeDocument } from './documents.ts';
import { checkShapes } from './shapes.ts';

const weightsFile = 'weights.safetensors';

/** What an artifact says of a predictor beside what it predicts by. */
type Said = Omit<PredictorDocument, 'kind' | 'mlp' | 'trees'>;

/** Writes a `predictor` artifact. */
export function writePredictor(folder: string, said: Said, predictor: Predictor): void {
  const isMlp = predictor.kind === 'mlp';
  writeSafetensors(path.join(folder, weightsFile), isMlp ? predictor.mlp.weights : new ParameterSet());
  const { kind } = predictor;
  const how = isMlp
    ? { mlp: { width: predictor.mlp.shape.width, layers: predictor.mlp.shape.layers, norms: predictor.mlp.norms } }
    : { trees: predictor.trees };
  writeDocument(folder, 'predictor', { ...said, kind, ...how });
}

/**
 * What costs are told of latency where a bound is on what a predictor expects; nothing where none is.
 * @param folder of the connected predictor, if there is one
 * @throws StageError where there is none, or it is of another space; all that `readPredictor` throws
 */
export function latencyPredictor(
  folder: string | undefined,
  space: Space,
  bounds: Bounds,
): Pick<CostTerms, 'predictLatency'> {
  if (!bounds.predictedLatency) return {};
  if (folder === undefined)
    throw new StageError('A bound on predicted latency needs a predictor: connect the input "predictor".');
  const { document, predict } = readPredictor(folder);
  if (JSON.stringify(document.space) !== JSON.stringify(space))
    throw new StageError(
      'The predictor is of another search space: connect one that was fitted to networks of this one.',
    );
  return { predictLatency: predict };
}

export interface ReadPredictor {
  document: PredictorDocument;
  /** Milliseconds of a network. */
  predict(architecture: Architecture): number;
}

/**
 * Reads a `predictor` artifact, whose document was checked by its schema.
 * @throws StageError, SafetensorsError, TreesError for what does not fit together
 */
export function readPredictor(folder: string): ReadPredictor {
  const document = readDocument(folder, 'predictor');
  const { set, kept } = document.features;
  const columns = columnsOf(set, kept, folder);
  const predictor = predictorOf(document, folder);
  return { document, predict: (architecture) => predict(predictor, [pick(featuresOf(architecture, set), columns)])[0] };
}

/** Those of a row's features that a predictor is told. */
export function pick(features: readonly number[], columns: readonly number[]): number[] {
  return columns.map((column) => features[column]);
}

function columnsOf(set: FeatureSet, kept: readonly string[], folder: string): number[] {
  const names = featureNames(set);
  return kept.map((name) => {
    const column = names.indexOf(name);
    if (column >= 0) return column;
    throw new StageError(`${path.join(folder, 'predictor.json')} asks for a feature "${name}", and there is none.`);
  });
}

function predictorOf({ kind, features: { kept }, mlp, trees }: PredictorDocument, folder: string): Predictor {
  const isOff = (found: number | undefined) => found !== undefined && found !== kept.length;
  if (isOff(mlp?.norms.features.length) || isOff(trees?.features) || (kind === 'mlp' ? !mlp : !trees))
    throw new StageError(
      `${path.join(folder, 'predictor.json')} does not hold a predictor of ${kept.length} features.`,
    );
  if (kind === 'trees') {
    checkTrees(trees!);
    return { kind, trees: trees! };
  }
  const shape = { features: kept.length, width: mlp!.width, layers: mlp!.layers };
  const file = path.join(folder, weightsFile);
  const weights = readSafetensors(file);
  checkShapes(file, weights, mlpParameters(shape));
  return { kind, mlp: { shape, norms: mlp!.norms, weights } };
}
