import * as tf from '@tensorflow/tfjs-core';
import type { LabelledRows } from '../boosting/boost.ts';
import { differentiate } from '../tensor/differentiate.ts';
import { HostParameters } from '../tensor/host-parameters.ts';
import { valuesOf } from '../tensor/host.ts';
import { activatedLinear, linear } from '../tensor/ops/linear.ts';
import { ParameterSet } from '../tensor/parameter-set.ts';
import { cornerOf, type Parameter } from '../tensor/parameters.ts';
import type { RandomStream } from '../tensor/random.ts';

/** A multi-layer perceptron with one output and ReLU between its layers. */
export interface MlpShape {
  features: number;
  width: number;
  /** Layers from `width` to `width`, beside the first and the last one. */
  layers: number;
}

/** What features and targets are divided by before the network sees them. */
export interface Norms {
  features: number[];
  target: number;
}

export interface MlpOptions {
  width: number;
  layers: number;
  updates: number;
  /** Rows of an update. */
  batch: number;
  learningRate: number;
}

/** HAT's latency predictor (Wang et al. 2020, `latency_predictor.py`). */
export const hatMlp: MlpOptions = { width: 400, layers: 3, updates: 5000, batch: 128, learningRate: 1e-5 };

/** PyTorch's defaults, without decay. */
const adam = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 };

/** Matrices `[out, in]` and biases, the first layer's first; they begin as PyTorch's: U(±1/√in). */
export function mlpParameters({ features, width, layers }: MlpShape): Parameter[] {
  const widths = [features, ...Array<number>(layers + 1).fill(width), 1];
  return widths.slice(1).flatMap((out, i): Parameter[] => {
    const initial = { kind: 'uniform' as const, bound: 1 / Math.sqrt(widths[i]) };
    return [
      { name: `${i}.weight`, shape: [out, widths[i]], initial },
      { name: `${i}.bias`, shape: [out], initial },
    ];
  });
}

export interface FittedMlp {
  shape: MlpShape;
  norms: Norms;
  weights: ParameterSet;
}

/** What divides features and targets where nothing is told: the greatest size that the rows have. */
export function largestNorms({ rows, targets }: LabelledRows): Norms {
  const largest = (values: readonly number[]) =>
    values.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1;
  return { features: rows[0].map((_, feature) => largest(rows.map((row) => row[feature]))), target: largest(targets) };
}

/** Randomness of a training, each kind from a stream of its own. */
export type RandomStreams = (...name: (string | number)[]) => RandomStream;

/**
 * Trains on the mean square of normalised targets with Adam, each update on other rows drawn without repetition.
 * @param streams `weights` and a name for where they begin, `batches` for the rows
 * @param onUpdate called after each update with its number
 */
export function fitMlp(
  train: LabelledRows,
  norms: Norms,
  options: MlpOptions,
  streams: RandomStreams,
  onUpdate?: (update: number) => void,
): FittedMlp {
  const shape = { features: norms.features.length, width: options.width, layers: options.layers };
  const weights = ParameterSet.initialise(mlpParameters(shape), (name) => streams('weights', name));
  const mlp = { shape, norms, weights };
  trainMlp(mlp, train, options, drawBatches(train.rows.length, options.batch, streams('batches')), onUpdate);
  return mlp;
}

/** Trains on these batches of rows, in place. */
export function trainMlp(
  { shape, norms, weights }: FittedMlp,
  train: LabelledRows,
  { updates, learningRate: rate }: Pick<MlpOptions, 'updates' | 'learningRate'>,
  batches: Iterator<Uint32Array>,
  onUpdate: (update: number) => void = () => undefined,
): void {
  const parameters = mlpParameters(shape);
  const trained = new HostParameters(weights);
  const inputs = normalised(train.rows, norms);
  const targets = train.targets.map((target) => target / norms.target);
  for (let update = 1; update <= updates; update++) {
    const rows = batches.next().value as Uint32Array;
    const leaves = parameters.map((parameter) => cornerOf(weights, parameter));
    const x = tf.tensor2d(rowsOf(inputs, shape.features, rows), [rows.length, shape.features]);
    const y = tf.tensor1d(Float32Array.from(rows, (row) => targets[row]));
    const { value, gradients } = differentiate(() => {
      const predicted = tf.reshape(forward(leaves, x), [rows.length]);
      return tf.sum(tf.squaredDifference(predicted, y)) as tf.Scalar;
    }, leaves);
    tf.dispose([...leaves, x, y, value]);
    trained.update(parameters, gradients, { terms: rows.length, clipNorm: 0, rate, update, adam });
    tf.dispose(gradients);
    onUpdate(update);
  }
}

/** Predictions for rows of features, in the unit of the targets. */
export function predictByMlp({ shape, norms, weights }: FittedMlp, rows: LabelledRows['rows']): Float64Array {
  const values = tf.tidy(() => {
    const x = tf.tensor2d(normalised(rows, norms), [rows.length, shape.features]);
    const leaves = mlpParameters(shape).map((parameter) => cornerOf(weights, parameter));
    return valuesOf(forward(leaves, x)).slice();
  });
  return Float64Array.from(values, (value) => value * norms.target);
}

/** @param x `[rows, features]` @returns `[rows, 1]` */
function forward(leaves: readonly tf.Tensor[], x: tf.Tensor): tf.Tensor {
  let hidden = x;
  for (let i = 0; i < leaves.length; i += 2) {
    const [weight, bias] = leaves.slice(i, i + 2) as [tf.Tensor2D, tf.Tensor1D];
    hidden = i + 2 < leaves.length ? activatedLinear(hidden, weight, bias, 'relu') : linear(hidden, weight, bias);
  }
  return hidden;
}

/** Row by row. */
function normalised(rows: LabelledRows['rows'], { features }: Norms): Float32Array {
  return Float32Array.from(rows.flatMap((row) => row.map((value, feature) => value / features[feature])));
}

function rowsOf(values: Float32Array, width: number, rows: Uint32Array): Float32Array {
  const taken = new Float32Array(rows.length * width);
  rows.forEach((row, i) => taken.set(values.subarray(row * width, (row + 1) * width), i * width));
  return taken;
}

/** The rows of each update: `size` different ones, or all where there are no more. */
export function* drawBatches(rows: number, size: number, random: RandomStream): Generator<Uint32Array, never> {
  const order = Uint32Array.from({ length: rows }, (_, i) => i);
  for (;;) {
    // The beginning of a Fisher and Yates shuffle.
    for (let i = 0; i < Math.min(size, rows); i++) {
      const j = i + random.integer(rows - i);
      [order[i], order[j]] = [order[j], order[i]];
    }
    yield order.slice(0, size);
  }
}
