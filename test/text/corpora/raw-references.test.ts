import { describe, expect, test } from '@jest/globals';
import { readRawReferences } from '../../../src/text/corpora/raw-references.ts';
import { folderWith } from '../folder.ts';
import { describeRawCorpus } from '../raw-corpus.ts';

/** A corpus's document, as far as it matters here. */
const corpus = (recipe: string, lowercase = true) =>
  folderWith({
    'corpus.json': JSON.stringify({ recipe, lowercase, languages: { source: 'de', target: 'en' } }),
  });

function iwslt14(): string {
  const files: Record<string, string> = {};
  for (const set of ['TED.dev2010', 'TEDX.dev2012', 'TED.tst2010', 'TED.tst2011', 'TED.tst2012']) {
    for (const language of ['de', 'en'])
      files[`files/IWSLT14.${set}.de-en.${language}.xml`] = `<seg id="1"> It’s ${set}. </seg>\n`;
  }
  const folder = folderWith(files);
  describeRawCorpus(folder, { format: 'iwslt14', source: 'de', target: 'en' });
  return folder;
}

function parallel(): string {
  const texts = {
    'train.de': 'a\n',
    'train.en': 'a\n',
    'valid.de': 'b\n',
    'valid.en': 'Was "B", 50%.\n',
    'test.de': 'c\nd\n',
    'test.en': 'The C.\nNo D!\n',
  };
  const folder = folderWith(Object.fromEntries(Object.entries(texts).map(([name, text]) => [`files/${name}`, text])));
  describeRawCorpus(folder, { format: 'parallel', source: 'de', target: 'en' });
  return folder;
}

describe('the references before tokenisation', () => {
  test('are the target lines of plain files, case and spacing as they were', async () => {
    const raw = parallel();
    expect(await readRawReferences(raw, corpus('parallel'), 'test', ['the c .', 'no d !'])).toEqual([
      'The C.',
      'No D!',
    ]);
    expect(await readRawReferences(raw, corpus('parallel'), 'valid', ['was &quot; b &quot; , 50 % .'])).toEqual([
      'Was "B", 50%.',
    ]);
    expect(await readRawReferences(raw, corpus('parallel', false), 'test', ['The C .', 'No D !'])).toEqual([
      'The C.',
      'No D!',
    ]);
  });

  test("are the segments of IWSLT'14's test sets, and not to be had for its validation set", async () => {
    const tokens = ['TED.dev2010', 'TEDX.dev2012', 'TED.tst2010', 'TED.tst2011', 'TED.tst2012'].map(
      (set) => `it &apos;s ${set.toLowerCase()} .`,
    );
    const references = await readRawReferences(iwslt14(), corpus('iwslt14'), 'test', tokens);
    expect(references?.slice(0, 2)).toEqual(["It's TED.dev2010.", "It's TEDX.dev2012."]);
    expect(await readRawReferences(iwslt14(), corpus('iwslt14'), 'valid', ['x'])).toBeUndefined();
  });
});

describe('a raw corpus that does not belong to the corpus is refused', () => {
  test.each([
    ['another sentence', ['the c .', 'no e !'], 'sentence 2 of test'],
    ['a sentence more', ['the c .'], 'sentence 2 of test'],
    ['a sentence less', ['the c .', 'no d !', 'x'], 'sentence 3 of test'],
  ])('%s', async (_, references, place) => {
    await expect(readRawReferences(parallel(), corpus('parallel'), 'test', references)).rejects.toThrow(place);
  });

  test('the other direction', async () => {
    const other = folderWith({
      'corpus.json': JSON.stringify({ recipe: 'parallel', lowercase: true, languages: { source: 'en', target: 'de' } }),
    });
    await expect(readRawReferences(parallel(), other, 'test', [])).rejects.toThrow('is de–en, and the corpus en–de');
  });
});
