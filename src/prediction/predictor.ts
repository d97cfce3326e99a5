import { boost, type LabelledRows } from '../boosting/boost.ts';
import type { BoostingOptions } from '../boosting/options.ts';
import { type BoostedTrees, predictByTrees } from '../boosting/tree.ts';
import { type FittedMlp, fitMlp, type MlpOptions, type Norms, predictByMlp, type RandomStreams } from './mlp.ts';
import type { SplitRows } from './split.ts';

/** What predicts a figure of rows of features. */
export type Predictor = { kind: 'mlp'; mlp: FittedMlp } | { kind: 'trees'; trees: BoostedTrees };

export type PredictorKind = Predictor['kind'];

/** How a predictor is fitted, by kind. */
export type PredictorRequest =
  | { kind: 'mlp'; options: MlpOptions; norms: Norms; onUpdate?: (update: number) => void }
  | { kind: 'trees'; options: BoostingOptions };

/** Fits to the training rows. The validation rows say where trees stop growing; the test rows are not looked at. */
export function fitPredictor(
  { train, valid }: SplitRows,
  request: PredictorRequest,
  streams: RandomStreams,
): Predictor {
  switch (request.kind) {
    case 'mlp':
      return { kind: 'mlp', mlp: fitMlp(train, request.norms, request.options, streams, request.onUpdate) };
    case 'trees':
      return { kind: 'trees', trees: boost(train, valid, request.options) };
  }
}

/** A figure for each row, in the unit of the targets; of trees that were grown for order alone, a score. */
export function predict(predictor: Predictor, rows: LabelledRows['rows']): Float64Array {
  switch (predictor.kind) {
    case 'mlp':
      return predictByMlp(predictor.mlp, rows);
    case 'trees':
      return Float64Array.from(rows, (row) => predictByTrees(predictor.trees, row));
  }
}
