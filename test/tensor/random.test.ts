import { describe, expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { RandomStream } from '../../src/tensor/random.ts';

/** xoshiro128** 1.1 as its authors' C program has it (prng.di.unimi.it), in whole numbers without bounds. */
function* xoshiro(state: readonly number[]): Generator<number> {
  const word = (x: bigint) => x & 0xffffffffn;
  const rotate = (x: bigint, k: bigint) => word(x << k) | (x >> (32n - k));
  const s = state.map((x) => BigInt(x >>> 0));
  for (;;) {
    yield Number(word(rotate(word(s[1] * 5n), 7n) * 9n));
    const t = word(s[1] << 9n);
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotate(s[3], 11n);
  }
}

const take = <T>(values: Iterator<T>, count: number): T[] =>
  Array.from({ length: count }, () => values.next().value as T);

describe('a random stream', () => {
  test('is xoshiro128** from any state', () => {
    fc.assert(
      fc.property(fc.tuple(fc.integer(), fc.integer(), fc.integer(), fc.integer()), (state) => {
        const stream = new RandomStream(0);
        stream.state = state;
        expect(Array.from({ length: 50 }, () => stream.uint32())).toEqual(take(xoshiro(state), 50));
      }),
    );
  });

  test('gives the published first numbers of the state 1, 2, 3, 4', () => {
    const stream = new RandomStream(0);
    stream.state = [1, 2, 3, 4];
    expect(Array.from({ length: 4 }, () => stream.uint32())).toEqual([11520, 0, 5927040, 70819200]);
  });

  test('starts at the first 16 bytes of the SHA-256 of its seed and name as JSON', () => {
    const hash = createHash('sha256').update('[7,"train.2","dropout",31]').digest();
    const state = [0, 1, 2, 3].map(
      (i) => hash[4 * i] | (hash[4 * i + 1] << 8) | (hash[4 * i + 2] << 16) | (hash[4 * i + 3] << 24),
    );
    const stream = new RandomStream(7, 'train.2', 'dropout', 31);
    expect(Array.from({ length: 5 }, () => stream.uint32())).toEqual(take(xoshiro(state), 5));
  });

  test('goes on from a saved state', () => {
    const stream = new RandomStream(3);
    stream.float();
    const { state } = stream;
    const next = Array.from({ length: 10 }, () => stream.normal());
    stream.state = JSON.parse(JSON.stringify(state)) as typeof state;
    expect(Array.from({ length: 10 }, () => stream.normal())).toEqual(next);
  });

  test('of another seed or name is another', () => {
    const firsts = [[1], [2], [1, 'a'], [1, 'b'], [1, 'a', 1], [1, 'a', '1']].map(([seed, ...name]) =>
      new RandomStream(seed as number, ...name).uint32(),
    );
    expect(new Set(firsts).size).toBe(firsts.length);
  });

  test('gives floats of 53 bits from two words, in [0, 1)', () => {
    const stream = new RandomStream(4);
    const words = xoshiro(stream.state);
    for (let i = 0; i < 100; i++) {
      const [high, low] = take(words, 2);
      const expected = (BigInt(high) >> 5n) * 2n ** 26n + (BigInt(low) >> 6n);
      expect(stream.float()).toBe(Number(expected) / 2 ** 53);
    }
  });

  test('gives whole numbers evenly, also where the limit does not divide 2³²', () => {
    const stream = new RandomStream(5);
    const limit = 3 * 2 ** 30; // A remainder would give the first quarter of the range twice as often as the rest.
    let low = 0;
    for (let i = 0; i < 6000; i++) {
      const value = stream.integer(limit);
      expect(value).toBeLessThan(limit);
      if (value < 2 ** 30) low++;
    }
    expect(Math.abs(low / 6000 - 1 / 3)).toBeLessThan(5 * Math.sqrt(2 / 9 / 6000));
  });

  test.each([0, -1, 1.5, 2 ** 32 + 1, NaN])('refuses to draw below %p', (limit) => {
    expect(() => new RandomStream(1).integer(limit)).toThrow(RangeError);
  });

  test('gives normal numbers of mean 0, variance 1 and kurtosis 3', () => {
    const stream = new RandomStream(6);
    const n = 40_000;
    const values = Array.from({ length: n }, () => stream.normal());
    const moment = (k: number) => values.reduce((sum, x) => sum + x ** k, 0) / n;
    expect(Math.abs(moment(1))).toBeLessThan(5 / Math.sqrt(n));
    expect(Math.abs(moment(2) - 1)).toBeLessThan(5 * Math.sqrt(2 / n));
    expect(Math.abs(moment(4) - 3)).toBeLessThan(5 * Math.sqrt(96 / n));
  });

  test('gives permutations that hold each number once, and every one of them equally often', () => {
    const stream = new RandomStream(7);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 200 }), (n) => {
        expect([...stream.permutation(n)].sort((a, b) => a - b)).toEqual(Array.from({ length: n }, (_, i) => i));
      }),
      { numRuns: 30 },
    );
    const counts = new Map<string, number>();
    for (let i = 0; i < 6000; i++) {
      const text = stream.permutation(3).join();
      counts.set(text, (counts.get(text) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(5 * Math.sqrt(1000 * (5 / 6)));
  });
});
