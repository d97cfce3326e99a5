/** What operators are told beside their tensors. */

/** ReLU, Leaky ReLU with slope 0.01 (Maas et al. 2013), Swish x·σ(x) (Ramachandran et al. 2017). */
export const activations = ['relu', 'leaky-relu', 'swish'] as const;
export type Activation = (typeof activations)[number];

/** What attention may not look at. */
export interface AttentionMask {
  /** `[batch, sources]`, row by row: 0 at tokens, `masked` at padding. */
  padding?: Float32Array;
  /** Step t sees sources 0 … t alone. */
  causal?: boolean;
}

/** What one mask drops: each element with probability `rate`, by the sequence of that key. */
export interface Drops {
  rate: number;
  key: [number, number];
}
