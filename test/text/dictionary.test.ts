import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Dictionary } from '../../src/text/dictionary.ts';

describe('Dictionary', () => {
  const dictionary = Dictionary.build(['der hund und der mann', 'und 😀 \uff21 .']);

  test('is written as fairseq-preprocess does: frequent first, ties by code point, filled to a multiple of 8', () => {
    const fillers = [0, 1, 2, 3, 4].map((i) => `madeupword000${i} 0`);
    expect(dictionary.format()).toBe(
      ['der 2', 'und 2', '. 1', 'hund 1', 'mann 1', '\uff21 1', '😀 1', ...fillers, ''].join('\n'),
    );
    expect(dictionary.size).toBe(16);
  });

  test('a dictionary that is a multiple of 8 already gets no filler', () => {
    expect(Dictionary.build(['a b c d']).format()).not.toContain('madeupword');
  });

  test('numbers begin after the four specials; a sentence ends in </s>, and unknown tokens are <unk>', () => {
    expect(dictionary.encode('und der fisch')).toEqual([5, 4, 3, 2]);
    expect(dictionary.encode('')).toEqual([2]);
  });

  test('decoding stops at </s> and leaves padding out', () => {
    expect(dictionary.decode([1, 1, 4, 7, 2, 5])).toBe('der hund');
    expect(dictionary.decode(dictionary.encode('der fisch'))).toBe('der <unk>');
  });

  test('survives writing and reading', () => {
    const again = Dictionary.parse(dictionary.format(), 'dict.source.txt');
    expect(again.symbols).toEqual(dictionary.symbols);
    expect(again.format()).toBe(dictionary.format());
  });

  test('every character of Unicode that parts no words is a symbol which is read back', () => {
    const characters = Array.from({ length: 0x110000 }, (_, code) => code)
      .filter((code) => code < 0xd800 || code > 0xdfff)
      .map((code) => String.fromCodePoint(code));
    const whole = Dictionary.build([characters.join(' ')]);
    // As many as there are code points but surrogates, less what Perl calls white space.
    expect(whole.format().split(' 1\n')).toHaveLength(0x110000 - 0x800 - 25 + 1);
    // Not by `toEqual`, which takes a minute for a million.
    expect(Dictionary.parse(whole.format(), 'dict').symbols.join(' ') === whole.symbols.join(' ')).toBe(true);
  });

  test('any text makes a dictionary that is read back, of a multiple of 8 symbols, each once', () => {
    const word = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('madeupword0000', 'madeupword0002', '<s>', '<unk>', '\ufeff', '#fairseq:overwrite'),
    );
    fc.assert(
      fc.property(fc.array(word), (words) => {
        const dictionary = Dictionary.build([words.join(' ')]);
        const again = Dictionary.parse(dictionary.format(), 'dict');
        expect(again.symbols).toEqual(dictionary.symbols);
        expect(again.format()).toBe(dictionary.format());
        expect(dictionary.size % 8).toBe(0);
        expect(new Set(dictionary.symbols).size).toBe(dictionary.size);
      }),
    );
  });

  test('fillers take the numbers that the text leaves, as in fairseq', () => {
    expect(Dictionary.build(['madeupword0000 madeupword0000 madeupword0002']).format()).toBe(
      'madeupword0000 2\nmadeupword0002 1\nmadeupword0001 0\nmadeupword0003 0\n',
    );
  });

  test('a bad line and a repeated symbol are named with their place', () => {
    expect(() => Dictionary.parse('a 1\nb\n', 'dict.source.txt')).toThrow(
      "dict.source.txt, line 2: expected a symbol, a space and its frequency, got 'b'.",
    );
    expect(() => Dictionary.parse('a 1\na 1\n', 'dict.source.txt')).toThrow(
      "dict.source.txt, line 2: 'a' stands in the dictionary twice.",
    );
  });
});
