import { describe, expect, test } from '@jest/globals';
import { normalize } from '../../../src/text/corpora/clusters.ts';
import { readMessages, splitMessages } from '../../../src/text/corpora/typescript.ts';
import type { TranslatedMessage } from '../../../src/text/corpora/typescript.ts';

describe('the quick-start corpus', () => {
  test('has about 2,100 pairs, 150 of them each for validation and test, all translated and on one line', async () => {
    const messages = await readMessages();
    expect(messages.length).toBeGreaterThan(2000);
    expect(messages.filter(({ german, english }) => german === english || /\n/.test(german + english))).toEqual([]);
    expect(messages.find(({ english }) => english === 'Unterminated string literal.')?.german).toBe(
      'Nicht abgeschlossenes Zeichenfolgenliteral.',
    );

    const { train, valid, test: held } = splitMessages(messages);
    expect(train.source.length + valid.source.length + held.source.length).toBe(messages.length);
    for (const split of [valid, held]) expect(Math.abs(split.source.length - 150)).toBeLessThan(8);
  });

  test('holds out no sentence that training has in nearly the same words, on either side', async () => {
    const { train, valid, test: held } = splitMessages(await readMessages());
    // Bags of words, where the splitter compares characters: a different measure of the same thing.
    const words = (text: string): Set<string> => new Set(normalize(text).split(' '));
    let closest = 0;
    for (const role of ['source', 'target'] as const) {
      const trained = train[role].map(words);
      for (const own of [...valid[role], ...held[role]].map(words)) {
        for (const other of trained) {
          let common = 0;
          for (const word of own) if (other.has(word)) common++;
          closest = Math.max(closest, common / (own.size + other.size - common));
        }
      }
    }
    expect(closest).toBeLessThan(0.8);
  });

  test('does not depend on the order of messages within it', async () => {
    const messages = await readMessages();
    const sorted = (split: { target: string[] }): string[] => [...split.target].sort();
    const [forwards, backwards] = [messages, [...messages].reverse()].map((order) => splitMessages(order));
    for (const split of ['train', 'valid', 'test'] as const)
      expect(sorted(backwards[split])).toEqual(sorted(forwards[split]));
  });
});

test('a large cluster of variants stays in training as a whole', () => {
  const variants: TranslatedMessage[] = Array.from({ length: 40 }, (_, i) => ({
    key: `v${i}`,
    german: `Der Wert {0} ist falsch ${i}`,
    english: `The value {0} is wrong ${i}`,
  }));
  const { train, valid, test: held } = splitMessages(variants);
  expect(train.source).toHaveLength(40);
  expect(valid.source.length + held.source.length).toBe(0);
});
