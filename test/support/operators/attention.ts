import type { Drops } from '../../../src/tensor/ops/attributes.ts';
import { attend, masked } from '../../../src/tensor/ops/attention.ts';
import { dropoutMask, noDrops } from '../../../src/tensor/ops/dropout.ts';
import { RandomStream } from '../../../src/tensor/random.ts';
import { type Case, normal } from './case.ts';

/**
 * Which sources are padding: no mask at all, a mask of zeros, half of the sources, or every source of some sentences.
 */
export const paddings = ['none', 'empty', 'some', 'all'] as const;

export interface AttentionSizes {
  batch: number;
  targets: number;
  sources: number;
  heads: number;
  size: number;
  padding: (typeof paddings)[number];
  causal: boolean;
  /** Of the weights. */
  drops?: Drops;
}

function paddingMask({ batch, sources, padding }: AttentionSizes, seed: number): Float32Array | undefined {
  if (padding === 'none') return undefined;
  const random = new RandomStream(seed, 'padding');
  const isPadding = (sentence: number) =>
    padding === 'some' ? random.float() < 0.5 : padding === 'all' && sentence % 2 === 0;
  return Float32Array.from({ length: batch * sources }, (_, i) => (isPadding(Math.floor(i / sources)) ? masked : 0));
}

export function attentionCase(sizes: AttentionSizes, seed: number): Case {
  const { batch, targets, sources, heads, size, causal, drops = noDrops } = sizes;
  const width = heads * size;
  const padding = paddingMask(sizes, seed);
  const inputs = [
    normal([batch, targets, width], seed),
    normal([batch, sources, width], seed + 1),
    normal([batch, sources, width], seed + 2),
  ];
  const kept = dropoutMask(batch * heads * targets * sources, drops.rate, drops.key);
  const [baseQuery, baseKey] = inputs.map(({ data }) => data);

  /**
   * Attention of one step of one head, of the features from `q` in queries and from `k` on in
   * the first source's key and value.
   */
  const step = (
    query: Float64Array,
    key: Float64Array,
    value: Float64Array,
    target: number,
    sentence: number,
    head: number,
    q: number,
    k: number,
    y: Float64Array,
  ) => {
    const score = (a: ArrayLike<number>, b: ArrayLike<number>, s: number) => {
      let sum = 0;
      for (let c = 0; c < size; c++) sum += a[q + c] * b[k + s * width + c];
      return sum / Math.sqrt(size);
    };
    const masks = Array.from(
      { length: sources },
      (_, s) => Number(padding?.[sentence * sources + s] === masked) + Number(causal && s > target),
    );
    const fewest = Math.min(...masks);
    const seen = masks.flatMap((count, s) => (count === fewest ? [s] : []));
    // Where all is masked, -1e9 swallows the scores in single precision, though not their derivatives: the weights are
    // equal, and change as those of a softmax do.
    const scores = seen.map((s) => score(query, key, s) - (fewest ? score(baseQuery, baseKey, s) : 0));
    const largest = Math.max(...scores);
    const powers = scores.map((value) => Math.exp(value - largest));
    const sum = powers.reduce((a, b) => a + b);
    seen.forEach((s, i) => {
      for (let c = 0; c < size; c++)
        y[q + c] +=
          (powers[i] / sum)
          * kept[((sentence * heads + head) * targets + target) * sources + s]
          * value[k + s * width + c];
    });
  };

  return {
    operator: (query, key, value) => attend(query, key, value, heads, { padding, causal }, drops),
    definition: (query, key, value) => {
      const y = new Float64Array(batch * targets * width);
      for (let b = 0; b < batch; b++) {
        for (let t = 0; t < targets; t++) {
          for (let h = 0; h < heads; h++)
            step(query, key, value, t, b, h, (b * targets + t) * width + h * size, b * sources * width + h * size, y);
        }
      }
      return y;
    },
    inputs,
    work: 3 * batch * targets * sources * (width + 4 * heads),
    // A weighted mean of n values is of order 1/√n; its derivative by a score has a factor of the weight, 1/n.
    scales: [1 / Math.sqrt(sources), 1 / Math.sqrt(sources), 1 / sources, 1 / sources],
  };
}
