import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { cleanCorpus } from '../../../src/text/cleaning.ts';
import { lowercase } from '../../../src/text/lowercase.ts';
import { BlockPreparer } from '../../../src/text/preparation/block.ts';
import {
  countPairs,
  countWords,
  linesOf,
  selectPairs,
  Vocabulary,
} from '../../../src/text/preparation/numbered-text.ts';
import type { NumberedText } from '../../../src/text/preparation/numbered-text.ts';
import { tokenize } from '../../../src/text/tokenizer.ts';

const limits = { minLength: 1, maxLength: 20, ratio: 1.5 };
const languages = { source: 'de', target: 'en' } as const;

const piece = fc.constantFrom(
  'Der',
  'Hund',
  "don't",
  'ΣΑΣ',
  'İ',
  'z.B.',
  'a,b',
  '...',
  ' ',
  '\u2028',
  "'",
  '5,',
  '&',
  'x'.repeat(1001),
  `${'\u0130'.repeat(1000)}`,
);
const line = fc.array(piece, { maxLength: 8 }).map((parts) => parts.join(' '));
const pairs = fc.array(fc.tuple(line, line), { minLength: 1, maxLength: 6 });
const blocks = fc.array(pairs, { minLength: 1, maxLength: 5 });

describe('blocks of a training text', () => {
  test('come to the same pairs as tokenising, cleaning and lowercasing one after the other, however often numbers start anew', () => {
    fc.assert(
      fc.property(blocks, fc.constantFrom(0, 3, 1000), (texts, vocabularyLimit) => {
        const preparer = new BlockPreparer({ languages, lowercase: true, limits }, vocabularyLimit);
        const vocabulary = new Vocabulary();
        const translate = vocabulary.translator();
        const text: NumberedText = texts.map((block) =>
          translate({
            preparer: 0,
            block: preparer.prepare({
              source: block.map(([a]) => a).join('\n'),
              target: block.map(([, b]) => b).join('\n'),
            }),
          }),
        );
        const all = texts.flat();
        const clean = cleanCorpus(
          { source: all.map(([a]) => tokenize(a, 'de')), target: all.map(([, b]) => tokenize(b, 'en')) },
          limits,
        );
        expect(linesOf(text, 'source', vocabulary)).toEqual(clean.source.map(lowercase));
        expect(linesOf(text, 'target', vocabulary)).toEqual(clean.target.map(lowercase));
        expect(countPairs(text)).toBe(clean.source.length);
        expect(new Set(vocabulary.words).size).toBe(vocabulary.words.length);
      }),
    );
  });
});

test('a text that is not cleaned keeps all its lines, and the spaces of theirs', () => {
  const prepared = new BlockPreparer({ languages, lowercase: false }).prepare({
    source: 'Ein\n\n\t\nB',
    target: "'x.'\nb\nc\nd",
  });
  expect(prepared.text).toEqual({ source: ['Ein', '', '\t', 'B'], target: ['&apos;x . &apos; ', 'b', 'c', 'd'] });
  expect([...prepared.target.lengths]).toEqual([3, 1, 1, 1]);
  expect(prepared.rawPairs).toBe(4);
});

const preparers: BlockPreparer[] = [];

describe('a numbered text', () => {
  const vocabulary = new Vocabulary();
  const translate = vocabulary.translator();
  // Two preparers that number the same words differently.
  const text = [
    [0, 'a b', 'x'],
    [1, 'b\na', 'y\nx y'],
    [0, 'c', 'z'],
  ].map(([preparer, source, target]) => {
    preparers[preparer as number] ??= new BlockPreparer({ languages, lowercase: true });
    return translate({
      preparer: preparer as number,
      block: preparers[preparer as number].prepare({ source: source as string, target: target as string }),
    });
  });

  test('has one number for a word, whichever preparer met it', () => {
    expect([...vocabulary.words].sort()).toEqual(['a', 'b', 'c', 'x', 'y', 'z']);
    expect(linesOf(text, 'source', vocabulary)).toEqual(['a b', 'b', 'a', 'c']);
    const counts = countWords(text, 'target', vocabulary);
    expect(Object.fromEntries(vocabulary.words.map((word, i) => [word, counts[i]]))).toEqual({
      a: 0,
      b: 0,
      c: 0,
      x: 2,
      y: 2,
      z: 1,
    });
  });

  test('is divided by the index of its pairs, across parts', () => {
    const odd = selectPairs(text, (pair) => pair % 2 === 1);
    expect(linesOf(odd, 'source', vocabulary)).toEqual(['b', 'c']);
    expect(linesOf(odd, 'target', vocabulary)).toEqual(['y', 'z']);
    expect(countPairs(odd)).toBe(2);
  });
});
