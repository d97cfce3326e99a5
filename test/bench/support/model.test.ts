import { expect, test } from '@jest/globals';
import { forwardFlop, iwsltTypes } from '../../../bench/support/model.ts';

test('a forward pass has the operations that its layers have by hand', () => {
  const [d, sentences, length, layers] = [320, 128, 32, 6];
  const tokens = sentences * length;
  // Four d×d maps and a feed-forward network of 2·d·2d in an encoder layer; four more maps in a decoder layer.
  const maps = layers * tokens * (4 * d * d + 4 * d * d + 8 * d * d + 4 * d * d) + tokens * d * iwsltTypes[1];
  const attention = layers * 3 * 2 * sentences * length * length * d;
  expect(forwardFlop(d, iwsltTypes, sentences, length)).toBe(2 * (maps + attention));
});
