import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { BpeEncoder } from '../../../src/text/bpe/apply.ts';
import { encodeText } from '../../../src/text/dataset.ts';
import { Dictionary } from '../../../src/text/dictionary.ts';
import { BlockPreparer } from '../../../src/text/preparation/block.ts';
import { countWords, Vocabulary } from '../../../src/text/preparation/numbered-text.ts';
import { PieceTable } from '../../../src/text/preparation/pieces.ts';

test('dictionary and ids are those of encoding each line by itself, of lines of white space too', () => {
  const line = fc
    .array(fc.constantFrom('ab', 'abc', 'cab', 'b', '\t', '\u3000', ' ', '\t\u3000', 'x.', '😀a'), { maxLength: 6 })
    .map((words) => words.join(' '));
  const encoder = new BpeEncoder([
    ['a', 'b'],
    ['ab', 'c</w>'],
    ['c', 'a'],
  ]);
  fc.assert(
    fc.property(fc.array(line, { minLength: 1, maxLength: 8 }), line, (lines, unseen) => {
      const preparer = new BlockPreparer({ languages: { source: 'de', target: 'en' }, lowercase: false });
      const vocabulary = new Vocabulary();
      const translate = vocabulary.translator();
      const prepared = [...lines, unseen].map((text) => preparer.prepare({ source: text, target: text }));
      const text = prepared.map((block) => translate({ preparer: 0, block }));
      const table = new PieceTable(vocabulary.words, encoder);
      const pieces = prepared.map((block) => encoder.encodeLine(block.text!.source[0]));

      // The dictionary knows nothing of the last line.
      const dictionary = table.dictionary(countWords(text.slice(0, -1), 'source', vocabulary));
      expect(dictionary.format()).toBe(Dictionary.build(pieces.slice(0, -1)).format());
      expect(table.encode(text, 'source', dictionary)).toEqual(encodeText(pieces, dictionary));
    }),
  );
});
