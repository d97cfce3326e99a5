import type { FitPredictorParams, LatenciesDocument, PredictorDocument } from '../../schemas/types.ts';
import { pick } from '../artifacts/predictor.ts';
import type { LabelledRows } from '../boosting/boost.ts';
import { mostImportant, permutationImportance, tauImportance, usualShuffles } from '../boosting/importance.ts';
import { boostingDefaults } from '../boosting/options.ts';
import type { Architecture } from '../model/architecture.ts';
import { featureNames, featuresOf } from '../nas/features.ts';
import { architectureOf, parseGenes, type Space } from '../nas/space.ts';
import { predictionError } from '../prediction/error.ts';
import { hatMlp, largestNorms } from '../prediction/mlp.ts';
import { fitPredictor, predict, type Predictor, type PredictorRequest } from '../prediction/predictor.ts';
import { type SplitRows, splitRows } from '../prediction/split.ts';
import { StageError, type StageContext } from '../runner/stage.ts';
import { RandomStream } from '../tensor/random.ts';
import { noiseOf } from './attempts.ts';

/** Of fewer networks, four fifths leave a tree nothing to split. */
const fewestRows = Math.ceil((2 * boostingDefaults.leafRows) / 0.8);

export interface FittedPredictor {
  said: Omit<PredictorDocument, 'kind' | 'mlp' | 'trees'>;
  predictor: Predictor;
}

/** @throws StageError where too few networks vary little enough */
export function fitLatencies(
  { networks, space }: LatenciesDocument,
  { params, seed, events }: Pick<StageContext<FitPredictorParams>, 'params' | 'seed' | 'events'>,
): FittedPredictor {
  const { kind, features: set, keep, noise } = params;
  const streams = (...name: (string | number)[]) => new RandomStream(seed!.value, seed!.stream, ...name);
  const quiet = networks.filter((network) => noiseOf(network) <= noise);
  if (quiet.length < fewestRows) {
    throw new StageError(
      `${quiet.length} of ${networks.length} networks vary by ${noise} of their mean or less, and ${fewestRows} are needed: `
        + 'measure more of them, on a machine with nothing else running, or raise "noise".',
    );
  }
  const whole = splitRows(
    {
      rows: quiet.map(({ genes }) => featuresOf(networkOf(space, genes), set)),
      targets: quiet.map(({ mean }) => mean),
    },
    streams('split'),
  );
  const byTau = tauImportance(whole.train);
  const columns = mostImportant(byTau, keep ?? byTau.length);
  const split = withColumns(whole, columns);
  const predictor = fitPredictor(split, requestOf(params, split, events), streams);
  const { test } = split;
  const error = predictionError({ predicted: predict(predictor, test.rows), actual: test.targets });
  const shuffle = streams('importance');
  const byPermutation = permutationImportance(
    test,
    (rows) => predict(predictor, rows),
    usualShuffles,
    (limit) => shuffle.integer(limit),
  );
  const kept = columns.map((column) => featureNames(set)[column]);
  const { train, valid } = split;
  const rows = { train: train.rows.length, valid: valid.rows.length, test: test.rows.length };
  return {
    predictor,
    said: {
      summary:
        `${kind} of ${kept.length} features, off by ${error.root.toFixed(2)} ms, ${error.percent.toFixed(1)} % on `
        + `${rows.test} networks of ${quiet.length}`,
      space,
      features: { set, kept },
      rows: { ...rows, noisy: networks.length - quiet.length },
      error,
      importance: kept.map((feature, i) => ({ feature, tau: byTau[columns[i]], permutation: byPermutation[i] })),
    },
  };
}

function networkOf(space: Space, genes: string): Architecture {
  try {
    return architectureOf(space, parseGenes(space, genes));
  } catch (error) {
    throw new StageError(`"${genes}" are no genes of the space of the latencies: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

function requestOf(
  { kind, updates, learningRate }: FitPredictorParams,
  { train }: SplitRows,
  events: StageContext['events'],
): PredictorRequest {
  if (kind === 'trees') return { kind, options: boostingDefaults };
  return {
    kind,
    options: { ...hatMlp, updates, learningRate },
    norms: largestNorms(train),
    onUpdate: (done) => events.progress({ done, total: updates, unit: 'updates' }),
  };
}

function withColumns({ train, valid, test }: SplitRows, columns: readonly number[]): SplitRows {
  const of = ({ rows, targets }: LabelledRows) => ({ rows: rows.map((row) => pick(row, columns)), targets });
  return { train: of(train), valid: of(valid), test: of(test) };
}
