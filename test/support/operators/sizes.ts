import { describe } from '@jest/globals';
import fc from 'fast-check';
import { usableSets } from './backends.ts';

/** For tests of the native engine: left out where it was not compiled. */
export const describeNative = usableSets.length > 0 ? describe : describe.skip;

/** The same, once for each instruction set. Jest takes no empty table, not even to leave it out. */
export const describeEachSet = describeNative.each(usableSets.length > 0 ? usableSets : (['portable'] as const));

/** Steps of a sentence: mostly few, at times hundreds. */
export const length = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 1, max: 9 }) },
  { weight: 3, arbitrary: fc.integer({ min: 10, max: 80 }) },
  { weight: 1, arbitrary: fc.integer({ min: 240, max: 300 }) },
);

/** How many sentences, and of how many steps. Long ones come alone, since the plain definitions are slow. */
export const sentences = fc
  .record({ batch: fc.integer({ min: 1, max: 3 }), length })
  .map(({ batch, length }) => [length > 80 ? 1 : batch, length]);

/** Widths from 1 on, odd ones among them, about and beyond the lanes of any vector register. */
export const width = fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 10, max: 70 }));

export const heads = fc.constantFrom(1, 2, 3, 4);
export const seed = fc.nat(1e6);

/** How often a property is tried. */
export const runs = { numRuns: 18 };
