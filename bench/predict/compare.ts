import { boost, type LabelledRows } from '../../src/boosting/boost.ts';
import { type BoostingOptions, boostingDefaults } from '../../src/boosting/options.ts';
import { predictByTrees } from '../../src/boosting/tree.ts';
import { type PredictionError, predictionError } from '../../src/prediction/error.ts';
import { drawBatches, fitMlp, hatMlp, mlpParameters, predictByMlp } from '../../src/prediction/mlp.ts';
import { type SplitRows, splitRows } from '../../src/prediction/split.ts';
import { ParameterSet } from '../../src/tensor/parameter-set.ts';
import { RandomStream } from '../../src/tensor/random.ts';
import type { Peer } from '../peers/peer.ts';
import type { LatencyFile } from './hat-rows.ts';

/** The most that Kendall's τ of boosted trees may differ from LightGBM's. */
const mostApart = 0.01;

/** Compares predictors on a file of latencies. @returns whether trees rank as LightGBM's */
export async function compareOn(file: LatencyFile, peer: Peer): Promise<boolean> {
  const split = splitRows(file.measured, new RandomStream(1, 'split', file.name));
  const { train, valid, test } = split;
  console.log(
    `${file.name}: ${file.measured.rows.length} rows, ${train.rows.length} to train on, ${valid.rows.length} to stop `
      + `by, ${test.rows.length} to measure on`,
  );
  const agree = [
    await compareTrees('trees, squares', split, boostingDefaults, peer),
    await compareTrees('trees, pairs', split, { ...boostingDefaults, objective: 'pairwise' }, peer),
  ];
  await compareMlp(split, file, peer);
  return agree.every(Boolean);
}

/** The first tree on features and targets without ties, split by split. @returns whether it is LightGBM's */
export async function compareFirstTrees(peer: Peer): Promise<boolean> {
  const random = new RandomStream(1, 'rows without ties');
  const part = (rows: number): LabelledRows => {
    const drawn = Array.from({ length: rows }, () => Array.from({ length: 10 }, () => Math.fround(random.normal())));
    const of = (row: readonly number[]) => row[0] * row[1] + Math.abs(row[2]) + row[3] + 0.1 * random.normal();
    return { rows: drawn, targets: drawn.map((row) => Math.fround(of(row))) };
  };
  const split = { train: part(1600), valid: part(200), test: part(200) };
  return compareTrees('2,000 rows without ties', split, boostingDefaults, peer, true);
}

interface TreesAnswer {
  version: string;
  trees: number;
  /** Feature, threshold and rows on the left of each split of the first tree. */
  first: [number, number, number][];
  predictions: number[];
}

async function compareTrees(
  title: string,
  split: SplitRows,
  options: BoostingOptions,
  peer: Peer,
  isSame = false,
): Promise<boolean> {
  const { train, valid, test } = split;
  const ours = boost(train, valid, options);
  const theirs = await peer.ask<TreesAnswer>({ do: 'trees', ...split, options });
  const predictions = test.rows.map((row) => predictByTrees(ours, row));
  const [first] = ours.trees;
  const equal = first.splits.filter(
    ({ feature, threshold }, i) => theirs.first[i]?.[0] === feature && theirs.first[i][1] === threshold,
  ).length;
  const figures = [predictions, theirs.predictions].map((predicted) =>
    predictionError({ predicted, actual: test.targets }),
  );
  const isLoss = options.objective === 'regression';
  console.log(
    `  ${title}: ${ours.trees.length} trees, ${described(figures[0], isLoss)}; LightGBM ${theirs.version} `
      + `${theirs.trees} trees, ${described(figures[1], isLoss)}; ${equal} of ${theirs.first.length} splits of the `
      + `first tree are equal`,
  );
  const isEqual = equal === theirs.first.length && first.splits.length === equal;
  return Math.abs(figures[0].tau! - figures[1].tau!) <= mostApart && (isEqual || !isSame);
}

/** Both networks begin with the same weights and see the same batches. */
async function compareMlp({ train, test }: SplitRows, { norms, name }: LatencyFile, peer: Peer): Promise<void> {
  const streams = (...names: (string | number)[]) => new RandomStream(1, 'mlp', name, ...names);
  const shape = { features: norms.features.length, width: hatMlp.width, layers: hatMlp.layers };
  const parameters = mlpParameters(shape);
  const start = ParameterSet.initialise(parameters, (parameter) => streams('weights', parameter));
  const batches = drawBatches(train.rows.length, hatMlp.batch, streams('batches'));
  const began = performance.now();
  const ours = predictByMlp(fitMlp(train, norms, hatMlp, streams), test.rows);
  const seconds = (performance.now() - began) / 1000;
  const drawn = Array.from({ length: hatMlp.updates }, () => [...batches.next().value]).flat();
  const theirs = await peer.ask<{ version: string; predictions: number[] }>({
    do: 'mlp',
    train,
    test,
    norms,
    learningRate: hatMlp.learningRate,
    batch: hatMlp.batch,
    shapes: parameters.filter(({ shape: { length } }) => length === 2).map((parameter) => parameter.shape),
    weights: Object.fromEntries([...start.entries].map(([key, { data }]) => [key, base64(data)])),
    batches: base64(Int32Array.from(drawn)),
  });
  const [our, their] = [ours, theirs.predictions].map((predicted) =>
    predictionError({ predicted, actual: test.targets }),
  );
  const apart = Math.max(...theirs.predictions.map((value, i) => Math.abs(value - ours[i])));
  console.log(
    `  MLP: ${described(our)} (${seconds.toFixed(0)} s); PyTorch ${theirs.version} ${described(their)}; predictions at `
      + `most ${apart.toFixed(3)} ms apart`,
  );
}

function described({ root, percent, tau }: PredictionError, hasUnit = true): string {
  const rank = `τ ${tau?.toFixed(4) ?? 'none'}`;
  return hasUnit ? `${root.toFixed(2)} ms, ${percent.toFixed(2)} %, ${rank}` : rank;
}

function base64({ buffer, byteOffset, byteLength }: Float32Array | Int32Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('base64');
}
