import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { detokenize } from '../../src/text/detokenizer.ts';
import { tokenize } from '../../src/text/tokenizer.ts';

const restored = (line: string, language: string): string => detokenize(tokenize(line, language), language);

describe('English survives being tokenised and put together again', () => {
  test.each([
    "It's Mr. Smith's dog, isn't it?",
    'He said "no, thanks" (twice): 50% & more.',
    "The dogs' bowls cost 1,234.50 dollars.",
    'Use | or &; see [1].',
    "The dogs' bowls stand in the cats' room.",
    "The boys' coach said 'run' twice.",
    "He has 'the dogs' bowls' twice.",
    "Rock 'em, the '90s were his 'time' as well.",
    'The fee is £20 or €30 or ¥400.',
    '“Go,” he said. “Now!”',
    'He cried “stop” and ran.',
    'He wrote “high“ and „low“ and “then,".',
    'He said, "Go," and she said: "No."',
    'It was late," he said.',
    'He said, "It was late.',
    'Rated 4.5/5 and 9:30 p.m. – fine.',
    'She said: "I won\'t."',
    'Don’t they? ‘They do’, in the ’90s, at the boys’ school.',
    'See https://example.org/a_b, or mail a.b@example.org, #now @once.',
    'R&D at AT&T, Smith & Sons: +49 at 20°C, §§ 3 and 4, 3½ miles², 5&4.',
    "The U.S.'s plan (“Plan B”)-like.",
  ])('%s', (line) => {
    expect(restored(line, 'en')).toBe(line);
  });

  test('but for what tokens do not tell: the spaces in US$5 and US $5 are one and the same', () => {
    expect(restored('It costs US$5 and A$7.', 'en')).toBe('It costs US $5 and A $7.');
  });
});

describe('German survives being tokenised and put together again', () => {
  test.each([
    'Er sagte: "Nein, danke!" (zweimal).',
    'Am 3. Mai, d.h. morgen, kommt er.',
    'Das „Haus“ ist groß.',
    "Wie geht's Hans' Hund, sagt O'Neill in den '90ern?",
    '„Er sagte: ‚Nein‘“, so der „Spiegel“-Bericht.',
    'Es waren 20 % mehr, also 5 € oder $7, ein 21%iger Anstieg.',
    'Das Spiel endete 3:2 und/oder um 9:30 Uhr.',
    'Sie rief: “Komm” und dann »Geh«.',
    'Das ist gut", sagte er.',
    'Er meinte: "Sie sagte: "Ja"".',
  ])('%s', (line) => {
    expect(restored(line, 'de')).toBe(line);
  });
});

// As detokenizer.perl prints it.
test.each([
  ['fr', 'Quoi ? C&apos; est « lui » !', "Quoi ? C'est « lui » !"],
  ['it', 'l&apos; anno', "l'anno"],
  ['cs', 'dal - li „ ano “ 3 , 5', 'dal-li „ano“ 3,5'],
  ['fi', 'EU: N', 'EU:n'],
  ['ja', '日本 語 です 。', '日本語です。'],
  ['ko', '한국 어', '한국 어'],
])('rules by language, %s: %s', (language, tokens, text) => {
  expect(detokenize(tokens, language)).toBe(text);
});

test('an entity that stood in the text itself is unescaped once', () => {
  for (const language of ['en', 'de', 'fr']) expect(detokenize('&amp;lt; x', language)).toBe('&lt; x');
});

test('no character but spaces is lost or made up, whatever the tokens', () => {
  const token = fc.oneof(
    fc.constantFrom(
      '„',
      '“',
      '”',
      '‘',
      '’',
      '‚',
      '«',
      '»',
      '&quot;',
      '&apos;',
      '&apos;s',
      '(',
      ')',
      ':',
      '/',
      '%',
      '$',
      '€',
      '@',
      '#',
      '+',
    ),
    fc.constantFrom('…', '°', '&amp;', '½', '\u0308', '-li', '.', ',', '?', 'dogs', 'O', '5', 'ab', 'ssa', '中'),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 3 }).filter((text) => !/[\s\x85&]/.test(text)),
  );
  const plain = (text: string): string =>
    text.replaceAll('&quot;', '"').replaceAll('&apos;', "'").replaceAll('&amp;', '&').replaceAll(' ', '');
  fc.assert(
    fc.property(
      fc.array(token, { maxLength: 12 }),
      fc.constantFrom('en', 'de', 'fr', 'cs', 'it', 'zh', 'ru'),
      (tokens, language) => {
        const line = tokens.join(' ');
        // A line that looks like a tag is left as it is.
        fc.pre(!/^<.+>$/.test(line));
        expect(detokenize(line, language).replaceAll(' ', '')).toBe(plain(line));
      },
    ),
    { numRuns: 500 },
  );
});

describe('sentences of well-set phrases survive', () => {
  const phrases = fc.constantFrom('the ball', 'a red car', 'one of them', 'now', 'big');
  const within = (before: string, after: string) => phrases.map((phrase) => `${before}${phrase}${after}`);
  const survive = (parts: fc.Arbitrary<string>[], language: string): void => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(...parts), { minLength: 1, maxLength: 8 }),
        fc.constantFrom('.', '!', '?', '...'),
        (list, end) => {
          const sentence = `So ${list.join(' and ')}${end}`;
          expect(restored(sentence, language)).toBe(sentence);
        },
      ),
      { numRuns: 500 },
    );
  };
  const common = [phrases, within('(', ')'), within('"', '"'), within('[', ']'), within('', ','), within('', ' –')];

  test('English', () => {
    const others = fc.constantFrom(
      '£20',
      '$5',
      '€1,000',
      '4.5/5',
      '9:30',
      '50%',
      "it's",
      "the dogs' bowl",
      "don't",
      'and/or',
      "the 1990's",
      'Q&A',
    );
    survive([...common, others, within("'", "'"), within('“', '”'), within('‘', '’'), within('', '’s')], 'en');
  });

  test('German', () => {
    const others = fc.constantFrom(
      '5 €',
      '$5',
      '1.000 £',
      '4,5/5',
      '9:30',
      '50 %',
      "geht's",
      "Hans' Auto",
      'geht’s',
      'und/oder',
      "O'Neill",
    );
    survive(
      [
        ...common,
        others,
        within("'", "'"),
        within('„', '“'),
        within('‚', '‘'),
        within('»', '«'),
        within('„', '“-Bericht'),
      ],
      'de',
    );
  });
});
