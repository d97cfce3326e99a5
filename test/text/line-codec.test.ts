import { beforeAll, describe, expect, test } from '@jest/globals';
import { removeBpe } from '../../src/text/bpe/apply.ts';
import { detokenize } from '../../src/text/detokenizer.ts';
import { LineCodec } from '../../src/text/line-codec.ts';
import { binarise } from '../../src/text/recipe.ts';
import type { BinarisedCorpus } from '../../src/text/dataset.ts';
import { folderWith } from './folder.ts';
import { writeParallel } from './raw-corpus.ts';

/** Raw lines with what tokenisers trip over. */
const lines = [
  'Der Hund schläft, die Katze nicht.',
  'Das kostet z.B. 1.000,50 Euro – nicht 5.',
  'Sie sagte: "Geht\'s?"',
  'ΣΑΣ und <b>ÄÖ</b> & mehr',
  '  zwei   Räume\u00a0hier ',
  'Neue unbekannte Wörter 😀 …',
  '',
  '   ',
  'a\u2028b',
  "Am Ende steht ein Zitat.'",
];
const text = { source: lines, target: lines.map((_, i) => `Line number ${i}, it's "here".`) };
const options = { recipe: 'auto', merges: 60, minLength: 1, maxLength: 50, ratio: 9 } as const;
const watcher = { progress: () => undefined, step: () => undefined, warning: () => undefined };

async function corpusOf(lowercase: boolean): Promise<{ corpus: BinarisedCorpus; codec: LineCodec }> {
  const folder = folderWith();
  const train = { source: lines.slice(0, 5), target: text.target.slice(0, 5) };
  writeParallel(folder, { train, valid: text, test: text });
  const corpus = await binarise(folder, { ...options, lowercase }, watcher);
  const { merges, dictionaries } = corpus;
  return {
    corpus,
    codec: new LineCodec({ languages: { source: 'de', target: 'en' }, lowercase, merges, dictionaries }),
  };
}

describe.each([true, false])('with lowercase %s, a line by itself', (lowercase) => {
  let made: Awaited<ReturnType<typeof corpusOf>>;
  beforeAll(async () => {
    made = await corpusOf(lowercase);
  });

  test('has the ids that it has in a corpus of that recipe', () => {
    const { ids, offsets } = made.corpus.splits.test.source;
    lines.forEach((line, i) =>
      expect([line, [...made.codec.encode(line)]]).toEqual([line, [...ids.subarray(offsets[i], offsets[i + 1])]]),
    );
  });

  test('without words is `</s>` alone', () => {
    for (const line of ['', '   ', '\u00a0']) expect([...made.codec.encode(line)]).toEqual([2]);
  });

  test('comes back from target ids as the tokens of the corpus, and as text', () => {
    const { ids, offsets } = made.corpus.splits.test.target;
    const dictionary = made.corpus.dictionaries.target;
    made.corpus.text.test.target.forEach((_, i) => {
      const sentence = ids.subarray(offsets[i], offsets[i + 1]);
      const tokens = removeBpe(dictionary.decode(sentence));
      expect(made.codec.decode(sentence)).toEqual({ tokens, text: detokenize(tokens, 'en') });
    });
    const first = made.codec.decode(ids.subarray(0, offsets[1])).text;
    expect(first).toBe(lowercase ? 'line number 0, it\'s "here".' : 'Line number 0, it\'s "here".');
  });
});
