import { expect, test } from '@jest/globals';
import { interleave, interleavedMedians } from '../../../bench/support/interleave.ts';

test('candidates take turns, and the round before the first is not counted', async () => {
  const order: string[] = [];
  const values = { a: [900, 1, 2], b: [800, 30, 40] };
  const next = (name: 'a' | 'b') => () => {
    order.push(name);
    return values[name].shift()!;
  };
  expect(await interleave({ a: next('a'), b: async () => next('b')() }, 2)).toEqual({ a: [1, 2], b: [30, 40] });
  expect(order.join('')).toBe('ababab');
});

test('medians are taken candidate by candidate', async () => {
  const values = [0, 5, 1, 3];
  expect(await interleavedMedians({ a: () => values.shift()!, b: () => 7 }, 3)).toEqual({ a: 3, b: 7 });
});
