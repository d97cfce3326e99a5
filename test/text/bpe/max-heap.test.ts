import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { MaxHeap } from '../../../src/text/bpe/max-heap.ts';

test('gives back the greatest of what it holds, in any order of pushing and popping', () => {
  fc.assert(
    fc.property(fc.array(fc.option(fc.integer({ min: -5, max: 5 }))), (steps) => {
      const heap = new MaxHeap<number>((a, b) => a - b);
      const model: number[] = [];
      for (const step of steps) {
        if (step === null) {
          expect(heap.pop()).toBe(model.sort((a, b) => a - b).pop());
        } else {
          heap.push(step);
          model.push(step);
        }
      }
    }),
  );
});
