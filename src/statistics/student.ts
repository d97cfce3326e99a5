import type { Interval } from './interval.ts';
import { meanOf } from './mean.ts';

/**
 * Student's t distribution, for any number of degrees of freedom above 0, also a broken one (Welch and Satterthwaite) or
 * none that ends (the normal distribution).
 */

/** From here on it is the normal distribution in all digits that are shown. */
const mostDegrees = 1e5;

/** P(|T| ≥ |t|): I_x(ν/2, 1/2) at x = ν/(ν + t²) (Abramowitz and Stegun 1964, 26.7.1 and 26.5.27). */
export function twoSidedTail(t: number, degrees: number): number {
  const nu = Math.min(degrees, mostDegrees);
  return regularisedBeta(nu / (nu + t * t), (t * t) / (nu + t * t), nu / 2, 0.5);
}

/** The t beyond which, on either side, T lies with probability 1 − `confidence`. */
export function criticalValue(confidence: number, degrees: number): number {
  let high = 1;
  while (twoSidedTail(high, degrees) > 1 - confidence) high *= 2;
  let low = 0;
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (twoSidedTail(middle, degrees) > 1 - confidence) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** What repeated runs of one system say of its mean. */
export interface Spread {
  mean: number;
  /** Standard deviation over the runs, n − 1 in the denominator; undefined of one run. */
  deviation?: number;
  /** In which the mean over all possible runs lies with the given confidence; undefined of one run. */
  interval?: Interval;
}

/** Mean and t-interval of independent values. */
export function spreadOf(values: readonly number[], confidence: number): Spread {
  const mean = meanOf(values);
  if (values.length < 2) return { mean };
  const deviation = Math.sqrt(varianceOf(values));
  const half = (criticalValue(confidence, values.length - 1) * deviation) / Math.sqrt(values.length);
  return { mean, deviation, interval: { low: mean - half, high: mean + half } };
}

/** With n − 1 in the denominator. */
export function varianceOf(values: ArrayLike<number>): number {
  const all = Array.from(values);
  const mean = meanOf(all);
  return all.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (all.length - 1);
}

/** I_x(a, b). @param y 1 − x, which is told apart since it may be tiny */
function regularisedBeta(x: number, y: number, a: number, b: number): number {
  if (x === 0 || y === 0) return x === 0 ? 0 : 1;
  // The fraction converges fast on this side of the mean only.
  if (x > (a + 1) / (a + b + 2)) return 1 - regularisedBeta(y, x, b, a);
  const front = Math.exp(a * Math.log(x) + b * Math.log(y) - logBeta(a, b)) / a;
  return front * continuedFraction(x, a, b);
}

/** Abramowitz and Stegun 26.5.8 by Lentz's method, as Press et al. (Numerical Recipes, 6.4) have it. */
function continuedFraction(x: number, a: number, b: number): number {
  const kept = (value: number) => (Math.abs(value) < 1e-300 ? 1e-300 : value);
  let c = 1;
  let d = 1 / kept(1 - ((a + b) * x) / (a + 1));
  let result = d;
  for (let m = 1; m < 100_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / kept(1 + even * d);
    c = kept(1 + even / c);
    result *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / kept(1 + odd * d);
    c = kept(1 + odd / c);
    result *= d * c;
    if (Math.abs(d * c - 1) < 1e-15) break;
  }
  return result;
}

function logBeta(a: number, b: number): number {
  if (a < b) return logBeta(b, a);
  // ln Γ(a) and ln Γ(a + b) of a large a nearly cancel: their difference by Stirling's series.
  if (a > 1e3) return logGamma(b) - b * Math.log(a) - (b * (b - 1)) / (2 * a);
  return logGamma(a) + logGamma(b) - logGamma(a + b);
}

/** ln Γ(x) for x > 0 by Lanczos' approximation with g = 7. */
function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  const sum = lanczos.slice(1).reduce((total, term, i) => total + term / (x + i), lanczos[0]);
  const t = x + 6.5;
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(t) - t + Math.log(sum);
}

const lanczos = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
];
