import { expect, test } from '@jest/globals';
import { detokenize } from '../../src/text/detokenizer.ts';
import { tokenize } from '../../src/text/tokenizer.ts';

test.each([
  "It's Mr. Smith's dog, isn't it?",
  'He said "no, thanks" (twice): 50% & more.',
  "The dogs' bowls cost 1,234.50 dollars.",
  'Use | or &; see [1].',
])('English survives being tokenised and put together again: %s', (line) => {
  expect(detokenize(tokenize(line, 'en'), 'en')).toBe(line);
});

test.each(['Er sagte: "Nein, danke!" (zweimal).', 'Am 3. Mai, d.h. morgen, kommt er.', 'Das „Haus“ ist groß.'])(
  'German survives being tokenised and put together again: %s',
  (line) => {
    expect(detokenize(tokenize(line, 'de'), 'de')).toBe(line);
  },
);

test('an entity that stood in the text itself is unescaped once', () => {
  expect(detokenize('&amp;lt; x', 'en')).toBe('&lt; x');
});
