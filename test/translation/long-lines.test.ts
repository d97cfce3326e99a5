import { expect, test } from '@jest/globals';
import { special } from '../../src/model/architecture.ts';
import { RandomStream } from '../../src/tensor/random.ts';
import { splitSentence } from '../../src/translation/long-lines.ts';

/** The parts of a sentence whose ids are the places of its pieces. */
function parts(text: string, most: number): string[] {
  const pieces = text.split(' ');
  const ids = Int32Array.of(...pieces.map((_, i) => i + 4), special.end);
  return splitSentence(ids, (id) => pieces[id - 4], most).map((part) => {
    expect(part.at(-1)).toBe(special.end);
    return Array.from(part.subarray(0, -1), (id) => pieces[id - 4]).join(' ');
  });
}

test.each([
  ['the end of a sentence goes before that of a clause', 'a b c . d , e f', 6, ['a b c .', 'd , e f']],
  ['the end of a clause before that of a word', 'a b c , d e f g', 6, ['a b c ,', 'd e f g']],
  ['a word is not parted', 'a b c d@@ e@@ f g', 5, ['a b c', 'd@@ e@@ f g']],
  ['unless it is too long itself', 'a@@ b@@ c@@ d@@ e', 2, ['a@@ b@@', 'c@@ d@@', 'e']],
  ['a part is not short for it', '. b c d e f g', 4, ['. b c d', 'e f g']],
  ['what fits stays whole', 'a . b', 3, ['a . b']],
])('%s', (_, text, most, expected) => {
  expect(parts(text, most)).toEqual(expected);
});

test('parts are never empty or too long, and together the sentence', () => {
  const random = new RandomStream(1, 'long-lines');
  for (let i = 0; i < 300; i++) {
    const text = Array.from({ length: 1 + random.integer(60) }, () => ['a', 'b@@', '.', ','][random.integer(4)]).join(
      ' ',
    );
    const most = 1 + random.integer(9);
    const found = parts(text, most);
    expect(found.join(' ')).toBe(text);
    for (const part of found) {
      expect(part).not.toBe('');
      expect(part.split(' ').length).toBeLessThanOrEqual(most);
    }
  }
});
