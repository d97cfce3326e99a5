import { describe, expect, test } from '@jest/globals';
import { layers, forwardFlop } from '../../../bench/support/model.ts';
import { flopOf, shapesOf } from '../../../bench/support/shapes.ts';

const types: [number, number] = [900, 700];

describe('the shapes of a training step', () => {
  // One batch ends in a chunk that is not full, one is of whole chunks, and one is less than a chunk.
  test.each([
    [160, 16, 30],
    [320, 24, 32],
    [160, 2, 8],
  ])("at width %d hold all arithmetic of three passes but attention's own", (width, sentences, length) => {
    const attention = 2 * layers * 3 * 2 * sentences * length * length * width;
    const all = shapesOf(width, sentences * length, types[1]).reduce(
      (sum, shape) => sum + shape.count * flopOf(shape),
      0,
    );
    expect(all).toBe(3 * (forwardFlop(width, types, sentences, length) - attention));
  });

  test("a map's gradients contract what its output has: its width for the input, the rows for the weights", () => {
    const [forward, input, weight] = shapesOf(160, 480, types[1]).filter(({ what }) =>
      what.startsWith('feed-forward up'),
    );
    expect([forward.m, forward.n, forward.k]).toEqual([480, 320, 160]);
    expect([input.m, input.n, input.k]).toEqual([480, 160, 320]);
    expect([weight.m, weight.n, weight.k]).toEqual([320, 160, 480]);
  });
});
