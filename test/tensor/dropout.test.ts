import { beforeAll, describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { selectEngine } from '../../src/tensor/engines/select.ts';
import '../../src/tensor/gradients.ts';
import { dropout, dropoutMask, DropoutSource } from '../../src/tensor/ops/dropout.ts';
import { RandomStream } from '../../src/tensor/random.ts';

const size = 200_000;
const key: [number, number] = [123456789, 987654321];
const dropped = (mask: Float32Array) => Float64Array.from(mask, (value) => (value === 0 ? 1 : 0));

/** Correlation of two sequences of zeros and ones. */
function correlation(a: Float64Array, b: Float64Array): number {
  const n = Math.min(a.length, b.length);
  let [sa, sb, sab] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    sa += a[i];
    sb += b[i];
    sab += a[i] * b[i];
  }
  const [pa, pb] = [sa / n, sb / n];
  return (sab / n - pa * pb) / Math.sqrt(pa * (1 - pa) * pb * (1 - pb));
}

describe('a dropout mask', () => {
  test.each([0.1, 0.2, 0.375, 0.5, 0.9])('of rate %f drops that share and scales up the rest', (rate) => {
    const mask = dropoutMask(size, rate, key);
    const share = dropped(mask).reduce((a, b) => a + b) / size;
    expect(Math.abs(share - rate)).toBeLessThan(5 * Math.sqrt((rate * (1 - rate)) / size));
    expect(new Set(mask)).toEqual(new Set([0, Math.fround(1 / (1 - rate))]));
  });

  test('has that share in every key, also in small and similar ones', () => {
    for (const [a, b] of [
      [0, 0],
      [0, 1],
      [1, 0],
      [0xffffffff, 0xffffffff],
      [0, 0x80000000],
      [0x80000000, 0],
    ]) {
      const share = dropped(dropoutMask(50_000, 0.2, [a, b])).reduce((x, y) => x + y) / 50_000;
      expect(Math.abs(share - 0.2)).toBeLessThan(5 * Math.sqrt(0.16 / 50_000));
    }
  });

  test.each([1, 2, 3, 4, 8, 64, 160, 240, 320, 1024, 6632])(
    'has independent elements at a distance of %i',
    (distance) => {
      const mask = dropped(dropoutMask(size, 0.2, key));
      expect(Math.abs(correlation(mask, mask.subarray(distance)))).toBeLessThan(5 / Math.sqrt(size - distance));
    },
  );

  test('is independent of the masks of other keys of a stream', () => {
    const stream = new RandomStream(1, 'keys');
    const source = new DropoutSource(stream);
    const masks = Array.from({ length: 20 }, () => dropped(dropoutMask(50_000, 0.3, source.next())));
    masks.forEach((mask, i) =>
      masks
        .slice(0, i)
        .forEach((other) => expect(Math.abs(correlation(mask, other))).toBeLessThan(5 / Math.sqrt(50_000))),
    );
  });

  test('of fewer elements is the beginning of that of more', () => {
    expect(dropoutMask(1000, 0.2, key).subarray(0, 10)).toEqual(dropoutMask(10, 0.2, key));
  });
});

describe('dropout', () => {
  beforeAll(async () => {
    await selectEngine('cpu');
  });

  test('without a source, or at rate 0, gives back what it got', () => {
    const x = tf.ones([3, 4]);
    expect(dropout(x, 0.5, undefined)).toBe(x);
    expect(dropout(x, 0, new DropoutSource(new RandomStream(1)))).toBe(x);
    x.dispose();
  });

  test('keeps the mean, draws anew at each call, and repeats itself from the same stream', () => {
    const x = tf.ones([100, 200]);
    const draws = (seed: number) => {
      const source = new DropoutSource(new RandomStream(seed));
      return [dropout(x, 0.2, source), dropout(x, 0.2, source)].map((y) => Float32Array.from(y.dataSync()));
    };
    const [first, second] = draws(1);
    expect(Math.abs(first.reduce((a, b) => a + b) / first.length - 1)).toBeLessThan(5 * Math.sqrt(0.25 / first.length));
    expect(second).not.toEqual(first);
    expect(draws(1)).toEqual([first, second]);
  });

  test('drops the same elements of the gradient', () => {
    const x = tf.ones([50]);
    const y = (input: tf.Tensor) => dropout(input, 0.4, new DropoutSource(new RandomStream(2)));
    expect(tf.grad(y)(x).dataSync()).toEqual(y(x).dataSync());
  });
});
