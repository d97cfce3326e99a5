import { expect, test } from '@jest/globals';
import type { OpenText, Selection } from '../../../src/text/formats/format.ts';
import { iwslt14, segmentLine, trainingLine } from '../../../src/text/formats/iwslt14.ts';
import { folderWith } from '../folder.ts';
import { describeRawCorpus, readAll } from '../raw-corpus.ts';

test('training lines: metadata goes, titles and descriptions lose their tags, typographic apostrophes stay', () => {
  expect(trainingLine('<url>http://example.org/1</url>')).toEqual([]);
  expect(trainingLine('<keywords>a, b</keywords>')).toEqual([]);
  expect(trainingLine('<talkid>7</talkid>')).toEqual([]);
  expect(trainingLine('<title>Anna Beispiel: Wie’s geht</title>')).toEqual(['Anna Beispiel: Wie’s geht']);
  expect(trainingLine('<description>Kurz gesagt.</description>')).toEqual(['Kurz gesagt.']);
  expect(trainingLine(' Ein Satz. ')).toEqual([' Ein Satz. ']);
});

test('test lines: only segments count, tags go with the white space around them, typographic apostrophes become plain', () => {
  expect(segmentLine('<seg id="12"> It’s so. </seg>')).toEqual(["It's so."]);
  expect(segmentLine('<doc docid="1">')).toEqual([]);
});

test('what sed takes for white space goes at the ends of a segment, and nothing else', () => {
  // `LC_ALL=C.UTF-8 sed 's/\\s//'` on every character of Unicode; glibc 2.36, sed 4.9.
  const spaces = [0x9, 0xb, 0xc, 0xd, 0x20, 0x1680, 0x2000, 0x2001, 0x2002, 0x2003, 0x2004, 0x2005, 0x2006].concat([
    0x2008, 0x2009, 0x200a, 0x2028, 0x2029, 0x205f, 0x3000,
  ]);
  const dropped = Array.from({ length: 0x110000 }, (_, code) => code).filter(
    (code) =>
      code !== 10
      && (code < 0xd800 || code > 0xdfff)
      && segmentLine(`<seg id="1">${String.fromCodePoint(code)}</seg>`)[0] === '',
  );
  expect(dropped).toEqual(spaces);
});

test('every 23rd pair is taken for validation, counted from 1', () => {
  const raw = { format: 'iwslt14' as const, source: 'de', target: 'en', files: [] };
  const { takes } = iwslt14.layout(raw).valid as Selection;
  expect(Array.from({ length: 50 }, (_, i) => i + 1).filter((number) => takes(number - 1))).toEqual([23, 46]);
});

test('the archive is read wherever its files lie, in either direction, with the five test sets in the order of the recipe', async () => {
  const sets = ['TED.tst2012', 'TED.tst2010', 'TEDX.dev2012', 'TED.dev2010', 'TED.tst2011'];
  const files: Record<string, string> = {
    'files/de-en/train.tags.de-en.de': '<url>x</url>\n<title>Titel</title>\nSatz\n',
    'files/de-en/train.tags.de-en.en': '<url>x</url>\n<title>Title</title>\nSentence\n',
  };
  for (const set of sets) {
    for (const language of ['de', 'en']) {
      files[`files/de-en/IWSLT14.${set}.de-en.${language}.xml`] =
        `<doc>\n<seg id="1"> ${set} ${language} </seg>\n</doc>\n`;
    }
  }
  const folder = folderWith(files);
  const raw = describeRawCorpus(folder, { format: 'iwslt14', source: 'en', target: 'de' });
  const { train, tests } = iwslt14.layout(raw) as { train: OpenText; tests: { test: { open: OpenText } } };
  expect(await readAll(await train(folder, raw))).toEqual({ source: ['Title', 'Sentence'], target: ['Titel', 'Satz'] });
  const test = await tests.test.open(folder, raw);
  expect(test.pairs).toBe(5);
  expect((await readAll(test)).target).toEqual([
    'TED.dev2010 de',
    'TEDX.dev2012 de',
    'TED.tst2010 de',
    'TED.tst2011 de',
    'TED.tst2012 de',
  ]);
});

test('an archive of other languages is named by its own direction, and has the test sets that it has', async () => {
  const files: Record<string, string> = {
    'files/train.tags.pt-br-en.pt-br': 'Frase\n',
    'files/train.tags.pt-br-en.en': 'Sentence\n',
  };
  for (const set of ['TED.tst2011', 'TED.dev2010']) {
    for (const language of ['pt-br', 'en'])
      files[`files/IWSLT14.${set}.pt-br-en.${language}.xml`] = `<seg id="1">${set} ${language}</seg>\n`;
  }
  const folder = folderWith(files);
  const raw = describeRawCorpus(folder, { format: 'iwslt14', source: 'en', target: 'pt-br' });
  const { train, tests } = iwslt14.layout(raw) as { train: OpenText; tests: { test: { open: OpenText } } };
  expect(await readAll(await train(folder, raw))).toEqual({ source: ['Sentence'], target: ['Frase'] });
  expect((await readAll(await tests.test.open(folder, raw))).target).toEqual([
    'TED.dev2010 pt-br',
    'TED.tst2011 pt-br',
  ]);
});
