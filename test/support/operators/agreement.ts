import * as tf from '@tensorflow/tfjs-core';
import { expect } from '@jest/globals';
import { differentiate } from '../../../src/tensor/differentiate.ts';
import { useBackend, usableSets } from './backends.ts';
import { type Case, elements, noise } from './case.ts';
import { type Difference, differences } from './differences.ts';

/**
 * The operator on the current backend: its result, then the gradients of Σ weights · result by each input, where it has
 * them, with weights that follow from the seed.
 */
export function evaluate({ operator, inputs, differentiable = true }: Case, seed: number): Float32Array[] {
  const parts: Float32Array[] = [];
  const read = (x: tf.Tensor) => parts.push((x.dataSync() as Float32Array).slice());
  // Results are not returned through `tf.tidy`, which would look for tensors among their elements.
  tf.tidy(() => {
    const tensors = inputs.map(({ shape, data }) => tf.tensor(data.slice(), shape));
    if (!differentiable) {
      read(operator(...tensors));
      return;
    }
    let result: tf.Tensor | undefined;
    const { gradients } = differentiate(() => {
      result = tf.keep(operator(...tensors));
      return tf.sum(tf.mul(result, tf.tensor(weightsFor(result.size, seed), result.shape)));
    }, tensors);
    [result!, ...gradients].forEach(read);
    result!.dispose();
  });
  return parts;
}

/**
 * What results are multiplied with before they are added up to be differentiated: some
 * thousands of numbers over and over.
 */
function weightsFor(results: number, seed: number): Float32Array {
  const next = noise(seed, 'weights');
  const once = Float32Array.from({ length: 4099 }, next);
  const weights = new Float32Array(results);
  for (let from = 0; from < results; from += once.length) weights.set(once.subarray(0, results - from), from);
  return weights;
}

const tolerance = 1e-5;

/** A global name's look-up is what costs most in a loop in Jest's contexts. */
const { abs } = Math;

/**
 * The operator on `cpu`, where its plain definition runs, and on the native engine for each instruction set: results
 * against the definition in doubles, gradients against its finite differences, and native gradients against those of
 * the plain definition, each to 1e-5 of the largest element.
 */
export async function expectAgreement(tried: Case, seed: number): Promise<void> {
  const { inputs, definition, differentiable = true } = tried;
  const expected = definition(...inputs.map(({ data }) => Float64Array.from(data)));
  const weights = weightsFor(expected.length, seed);
  const slopes = differentiable ? differences(tried, weights, seed) : [];
  const faults: string[] = [];
  let plain: Float32Array[] | undefined;
  for (const name of ['cpu', ...usableSets] as const) {
    await useBackend(name);
    const parts = evaluate(tried, seed);
    plain ??= parts;
    parts.forEach((part, i) => {
      const scale = tried.scales?.[i] ?? 1;
      const wanted = i === 0 ? expected : plain![i];
      const size = i === 0 ? expected.length : elements(inputs[i - 1].shape);
      const error = part.length === size ? deviation(part, wanted, scale) : Infinity;
      if (error > tolerance) faults.push(`${name}: ${i ? `gradient by input ${i - 1}` : 'result'} is off by ${error}`);
    });
    const sizes = parts.slice(1).map((gradient, input) => magnitudes(gradient, tried.scales?.[input + 1] ?? 1));
    const errors = slopes
      .map((difference) => slopeError(parts[difference.input + 1], difference, sizes[difference.input]))
      .map((error) => (Number.isNaN(error) ? Infinity : error));
    const worst = errors.reduce((most, error, i) => (error <= errors[most] ? most : i), 0);
    if (slopes.length && errors[worst] > tolerance) {
      const { input, along } = slopes[worst];
      const where = typeof along === 'number' ? `element ${along}` : 'a random direction';
      faults.push(
        `${name}: gradient by input ${input} is off by ${errors[worst]} from a finite difference along `
          + `${where}, its worst of ${slopes.length}`,
      );
    }
  }
  expect(faults).toEqual([]);
}

/**
 * Largest difference over the largest value, or over `scale` where all values are smaller; infinite
 * where only one of the two is NaN.
 */
function deviation(actual: ArrayLike<number>, expected: ArrayLike<number>, scale: number): number {
  let [difference, largest] = [0, scale];
  for (let i = 0; i < expected.length; i++) {
    const [a, e] = [actual[i], expected[i]];
    if (a !== a || e !== e) {
      if (a === a || e === e) return Infinity;
      continue;
    }
    if (abs(a - e) > difference) difference = abs(a - e);
    if (abs(e) > largest) largest = abs(e);
  }
  return difference === 0 ? 0 : difference / largest;
}

function magnitudes(gradient: Float32Array, scale: number): { largest: number; norm: number } {
  let [largest, squares] = [scale, 0];
  for (const value of gradient) {
    if (abs(value) > largest) largest = abs(value);
    squares += value * value;
  }
  return { largest, norm: Math.max(scale, Math.sqrt(squares)) };
}

/**
 * One element's error is relative to the largest element; that along a direction, to the Euclidean
 * norm, which is how large it is.
 */
function slopeError(
  gradient: Float32Array,
  { along, slope }: Difference,
  { largest, norm }: { largest: number; norm: number },
): number {
  if (typeof along === 'number') return Math.abs(gradient[along] - slope) / largest;
  return Math.abs(gradient.reduce((sum, value, i) => sum + value * along[i], 0) - slope) / norm;
}
