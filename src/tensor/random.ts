import { createHash } from 'node:crypto';

/** Saveable position of a stream: four 32-bit words. */
export type RandomState = [number, number, number, number];

/**
 * A named stream of random numbers (xoshiro128**, Blackman and Vigna 2018). Streams of different names are independent,
 * and one stream gives the same numbers on every machine.
 */
export class RandomStream {
  private s: RandomState;

  /** The stream called `name` below `seed`, for instance `(1, 'train.2', 'dropout')`. */
  constructor(seed: number, ...name: (string | number)[]) {
    const hash = createHash('sha256')
      .update(JSON.stringify([seed, ...name]))
      .digest();
    this.s = [0, 4, 8, 12].map((offset) => hash.readUInt32LE(offset)) as RandomState;
    if (this.s.every((word) => word === 0)) this.s[0] = 1; // The one state that the generator never leaves.
  }

  get state(): RandomState {
    return [...this.s];
  }

  set state(state: RandomState) {
    this.s = [...state];
  }

  /** Uniform over [0, 2³²). */
  uint32(): number {
    const s = this.s;
    const result = Math.imul(rotateLeft(Math.imul(s[1], 5), 7), 9) >>> 0;
    const t = s[1] << 9;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotateLeft(s[3], 11);
    return result;
  }

  /** Uniform over [0, 1) in steps of 2⁻⁵³. */
  float(): number {
    return ((this.uint32() >>> 5) * 67108864 + (this.uint32() >>> 6)) / 9007199254740992;
  }

  /** Uniform over the whole numbers in [0, limit), without the bias of a remainder. */
  integer(limit: number): number {
    if (!Number.isInteger(limit) || limit < 1 || limit > 4294967296)
      throw new RangeError(`No whole number lies in [0, ${limit}).`);
    const excess = remainder(4294967296, limit);
    let draw = this.uint32();
    while (draw < excess) draw = this.uint32();
    return remainder(draw, limit);
  }

  pick<T>(choices: readonly T[]): T {
    return choices[this.integer(choices.length)];
  }

  /**
   * Standard normal (Box and Muller 1958; the second value of a pair is not kept, so the
   * state is the four words alone).
   */
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.float())) * Math.cos(2 * Math.PI * this.float());
  }

  /** Fisher and Yates' permutation of 0 … n − 1. */
  permutation(n: number): Uint32Array {
    const order = Uint32Array.from({ length: n }, (_, i) => i);
    for (let i = n - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      [order[i], order[j]] = [order[j], order[i]];
    }
    return order;
  }
}

/** `%` of whole numbers below 2³³, without the loop that it is beyond 31 bits: resampling draws millions. */
function remainder(dividend: number, divisor: number): number {
  return dividend - Math.floor(dividend / divisor) * divisor;
}

function rotateLeft(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}
