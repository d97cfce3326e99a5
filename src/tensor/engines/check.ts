import * as tf from '@tensorflow/tfjs-core';
import { differentiate } from '../differentiate.ts';
import { linear } from '../ops/linear.ts';
import { RandomStream } from '../random.ts';

/** Largest distance of the current engine's results from double precision, relative to the largest of them. */
export interface EngineCheck {
  product: number;
  gradient: number;
}

/** A linear map of random numbers, and the gradient of the sum of its squares by its weight. */
export function checkEngine(): EngineCheck {
  const [rows, inner, columns] = [64, 96, 48];
  const random = new RandomStream(1, 'check');
  const draw = (count: number) => Float32Array.from({ length: count }, () => random.float() - 0.5);
  const [x, w] = [draw(rows * inner), draw(columns * inner)];
  const inputs = [tf.tensor2d(x, [rows, inner]), tf.tensor2d(w, [columns, inner])];
  const { value, gradients } = differentiate(
    () => tf.sum(tf.square(linear(inputs[0], inputs[1]))) as tf.Scalar,
    [inputs[1]],
  );
  const product = linear(inputs[0], inputs[1]);
  const exact = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++)
      for (let k = 0; k < inner; k++) exact[i * columns + j] += x[i * inner + k] * w[j * inner + k];
  const slope = new Float64Array(columns * inner);
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++)
      for (let k = 0; k < inner; k++) slope[j * inner + k] += 2 * exact[i * columns + j] * x[i * inner + k];
  const check = { product: distance(product.dataSync(), exact), gradient: distance(gradients[0].dataSync(), slope) };
  tf.dispose([...inputs, value, product, gradients]);
  return check;
}

function distance(found: ArrayLike<number>, exact: Float64Array): number {
  const largest = exact.reduce((most, number) => Math.max(most, Math.abs(number)), 0);
  return exact.reduce((most, number, i) => Math.max(most, Math.abs(found[i] - number)), 0) / largest;
}
