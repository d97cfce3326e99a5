import { expect, test } from '@jest/globals';
import { IntList } from '../../src/text/int-list.ts';

test('holds what was pushed, in order, and copies it', () => {
  const list = new IntList();
  for (let i = 0; i < 5000; i++) list.push(i - 2500);
  const before = list.toArray();
  list.push(7);
  expect(list.length).toBe(5001);
  expect([list.get(0), list.get(4999), list.get(5000)]).toEqual([-2500, 2499, 7]);
  expect([...before]).toEqual(Array.from({ length: 5000 }, (_, i) => i - 2500));
  expect(before.buffer.byteLength).toBe(4 * 5000);
  expect(list.toArray().at(-1)).toBe(7);
});
