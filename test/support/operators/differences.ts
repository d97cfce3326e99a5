import { RandomStream } from '../../../src/tensor/random.ts';
import { type Case, noise } from './case.ts';

/** A derivative of Σ weights · result by one element of an input, or by all of them along a direction. */
export interface Difference {
  input: number;
  /** The element, or else the direction. */
  along: number | Float64Array;
  slope: number;
}

/**
 * Doubles leave ten digits of a central difference with this step, for functions whose third derivative is of order 1.
 */
const step = 1e-6;

/** Multiply-adds that one case's differences may cost. */
const budget = 2e6;

/**
 * Central differences of the definition, with `weights` on its results: by every element of every input where that is
 * affordable, else by as many drawn at random as are, and by each input along one random direction. Along a direction
 * of nearly standard normal numbers, the error of a whole gradient shows as strongly as its Euclidean norm.
 */
export function differences({ definition, inputs, work }: Case, weights: Float32Array, seed: number): Difference[] {
  const random = new RandomStream(seed, 'differences');
  const next = noise(seed, 'directions');
  const at = inputs.map(({ data }) => Float64Array.from(data));
  const slope = (input: number, direction: (i: number) => number, from: number, to: number): number => {
    const [x, before] = [at[input], at[input].slice(from, to)];
    const moved = (sign: number) => {
      for (let i = from; i < to; i++) x[i] = before[i - from] + sign * step * direction(i);
      return definition(...at);
    };
    const [above, below] = [moved(1), moved(-1)];
    x.set(before, from);
    // Results are subtracted one by one: most do not depend on the element, and must not add their rounding errors.
    let sum = 0;
    for (let i = 0; i < above.length; i++) sum += weights[i] * (above[i] - below[i]);
    return sum / (2 * step);
  };
  const affordable = Math.floor(budget / (2 * (work + 4 * weights.length)) / inputs.length);
  return inputs.flatMap(({ data: { length } }, input) => {
    if (length === 0) return [];
    const chosen =
      affordable >= length
        ? [...Array(length).keys()]
        : Array.from({ length: affordable }, () => random.integer(length));
    const single = chosen.map((along) => ({ input, along, slope: slope(input, () => 1, along, along + 1) }));
    const direction = new Float64Array(length);
    for (let i = 0; i < length; i++) direction[i] = next();
    return [...single, { input, along: direction, slope: slope(input, (i) => direction[i], 0, length) }];
  });
}
