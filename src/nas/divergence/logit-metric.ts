import type { StoredParameter } from '../../tensor/parameters.ts';
import type { Metric } from './pairwise.ts';

/**
 * The metric in which features have the inner products that their centred logits have. Logits are z = W f; less
 * their mean over the dictionary, z = C f with C = W less the mean of its rows; so ⟨z, z′⟩ = fᵀ (CᵀC) f′. All
 * subnets use leading columns of one W, whatever their width, so one matrix of the widest serves them all, and
 * no logits need to be computed.
 *
 * @param output W, `[types, d]`
 */
export function logitMetric({ shape: [types, size], data }: StoredParameter): Metric {
  const means = new Float64Array(size);
  for (let row = 0; row < types; row++) {
    for (let i = 0; i < size; i++) means[i] += data[row * size + i] / types;
  }
  const sums = new Float64Array(size * size);
  const centred = new Float64Array(size);
  for (let row = 0; row < types; row++) {
    for (let i = 0; i < size; i++) centred[i] = data[row * size + i] - means[i];
    for (let i = 0; i < size; i++) {
      for (let j = i; j < size; j++) sums[i * size + j] += centred[i] * centred[j];
    }
  }
  const matrix = new Float32Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = i; j < size; j++) matrix[i * size + j] = matrix[j * size + i] = sums[i * size + j];
  }
  return { size, matrix };
}
