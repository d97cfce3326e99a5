/**
 * Racing (Maron and Moore 1994): candidates that are compared on the same sentences need not all see all of them. After
 * each block of sentences, those leave that a paired test rules out of the best.
 */

/** A candidate in a race. */
export interface Racer {
  /** Known beforehand, and added to its mean loss: a penalty. */
  handicap: number;
  /** Of each sentence seen so far, summed over its target tokens. */
  losses: ArrayLike<number>;
}

/** What is raced on. */
export interface Track {
  /** Target tokens of each sentence, in the order in which they are seen. */
  tokens: ArrayLike<number>;
  /** Sentences seen so far. */
  seen: number;
}

/**
 * Standard errors by which a racer must be behind. At 2.5 about one comparison in 160 would be wrong if it were the only one, and
 * most are with racers further behind; `npm run bench race` measures what comes of it on real populations.
 */
export const certainty = 2.5;

/** Of a racer so far: mean loss a token with its handicap; what is not finite is the worst there is. */
export function standing({ handicap, losses }: Racer, { tokens, seen }: Track): number {
  const score = sumOf(losses, seen) / sumOf(tokens, seen) + handicap;
  return Number.isFinite(score) ? score : Infinity;
}

/**
 * Racers that may still end among the best `keep`, as indices in the order of the racers. Each is compared with the one that
 * is on the last place to be kept; that one's and all better ones' are never ruled out. On all sentences, the difference of two
 * is that on those seen, up to what those not seen may change: the standard error of a mean of pairs, by the share that is not
 * seen (sampling without replacement).
 */
export function survivors(racers: readonly Racer[], track: Track, keep: number): number[] {
  const scores = racers.map((racer) => standing(racer, track));
  const order = racers.map((_, i) => i).sort((a, b) => scores[a] - scores[b] || a - b);
  if (order.length <= keep) return racers.map((_, i) => i);
  const last = racers[order[keep - 1]];
  const isIn = new Set(order.slice(0, keep));
  for (const i of order.slice(keep)) {
    const behind = scores[i] - scores[order[keep - 1]];
    // NaN where both are infinite: of equals none is ruled out.
    if (!(behind > certainty * deviationOf(racers[i], last, track))) isIn.add(i);
  }
  return racers.flatMap((_, i) => (isIn.has(i) ? [i] : []));
}

/** Standard error of the difference of two mean losses a token on all sentences, by those seen (a ratio of sums). */
function deviationOf(a: Racer, b: Racer, { tokens, seen }: Track): number {
  if (seen < 2) return Infinity;
  const counted = sumOf(tokens, seen);
  const mean = (sumOf(a.losses, seen) - sumOf(b.losses, seen)) / counted;
  let squares = 0;
  for (let i = 0; i < seen; i++) squares += (a.losses[i] - b.losses[i] - mean * tokens[i]) ** 2;
  const variance = squares / (seen - 1);
  const unseen = 1 - seen / tokens.length;
  // A loss that is not finite is behind all that are.
  return Number.isFinite(variance) ? Math.sqrt(variance * seen * unseen) / counted : 0;
}

function sumOf(values: ArrayLike<number>, count: number): number {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += values[i];
  return sum;
}
