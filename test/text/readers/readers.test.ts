import { describe, expect, test } from '@jest/globals';
import { gzipSync } from 'node:zlib';
import type { RawCorpus } from '../../../src/text/corpora/raw-corpus.ts';
import { CorpusError } from '../../../src/text/errors.ts';
import { openPatterns } from '../../../src/text/formats/patterns.ts';
import { folderWith } from '../folder.ts';
import { describeRawCorpus, readAll } from '../raw-corpus.ts';

/** The text that patterns name among these files. */
async function read(
  files: Record<string, string | Uint8Array>,
  patterns: string | string[],
  about: Partial<RawCorpus> = {},
) {
  const folder = folderWith(
    Object.fromEntries(Object.entries(files).map(([name, content]) => [`files/${name}`, content])),
  );
  const raw = describeRawCorpus(folder, { format: 'parallel', source: 'de', target: 'en', ...about });
  const text = await openPatterns([patterns].flat())(folder, raw);
  const lines = await readAll(text);
  expect(lines.source).toHaveLength(text.pairs);
  return lines;
}

const tmx = (body: string) =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<tmx version="1.4"><header/><body>\n${body}\n</body></tmx>\n`;
const unit = (...variants: [language: string, segment: string][]) =>
  `<tu>${variants.map(([language, text]) => `<tuv xml:lang="${language}"><seg>${text}</seg></tuv>`).join('')}</tu>`;

describe('patterns', () => {
  const files = {
    'x/train.de-en.de': 'a\n',
    'x/train.de-en.en': 'A\n',
    'p1.de.gz': gzipSync('b\n'),
    'p1.en.gz': gzipSync('B\n'),
    'p2.de': 'c\n',
    'p2.en': 'C\n',
    'y/p3.german': 'd\n',
    'y/p3.english': 'D\n',
  };
  test.each([
    ['train.{src}-{tgt}.{lang}', ['a'], ['A']],
    ['x/train.*.{lang}', ['a'], ['A']],
    ['p?.{lang}', ['b', 'c'], ['B', 'C']],
    ['p*.{de|en}', ['b', 'c'], ['B', 'C']],
    [
      ['y/p3.{german|english}', 'p1.{lang}'],
      ['d', 'b'],
      ['D', 'B'],
    ],
  ])('%j', async (pattern, source, target) => {
    expect(await read(files, pattern)).toEqual({ source, target });
  });

  test('that find nothing, or one side alone, or what a file is not for, are named', async () => {
    await expect(read(files, 'q.{lang}')).rejects.toThrow('lacks the file q.de. Files: p1.de.gz, p1.en.gz, p2.de,');
    await expect(read({ 'a.de': 'x\n' }, 'a.{lang}')).rejects.toThrow('lacks the file a.en.');
    await expect(read(files, 'p2.{language}')).rejects.toThrow(
      '"p2.{language}" has "{language}": in braces stand lang,',
    );
    await expect(read({ 'a.txt': 'x\n' }, 'a.txt')).rejects.toThrow('a.txt has one side alone');
  });

  test('call a file as its user knows it', async () => {
    const latin = { 'a.de': Buffer.from('Stra\xdfe\n', 'latin1'), 'a.en': 'street\n' };
    await expect(read(latin, 'a.{lang}', { origin: { path: 'my-corpus', bytes: 1, sha256: '' } })).rejects.toThrow(
      /^my-corpus\/a\.de, line 1, is not UTF-8/,
    );
    const wide = { 'a.de': Buffer.from('\ufeffeins\nzwei\n', 'utf16le'), 'a.en': 'one\n' };
    await expect(read(wide, 'a.{lang}', { origin: { path: 'my-corpus', bytes: 1, sha256: '' } })).rejects.toThrow(
      'my-corpus/a.de is UTF-16LE text, not UTF-8. Convert it: iconv -f UTF-16LE -t UTF-8.',
    );
  });
});

describe('a table', () => {
  test('has two columns, those that are named, or those of a first line with the codes', async () => {
    expect(await read({ 'a.tsv': 'ein\tone\r\nzwei\ttwo' }, 'a.tsv')).toEqual({
      source: ['ein', 'zwei'],
      target: ['one', 'two'],
    });
    expect(await read({ 'a.tsv.gz': gzipSync('7\tone\t8\tein\n') }, 'a.tsv:4,2')).toEqual({
      source: ['ein'],
      target: ['one'],
    });
    const ted = 'talk\ten\tpt-br\tde\n1\tone\tum\tein\n2\ttwo\tdois\t__NULL__\n3\t\tx\tdrei\n4\tfour\t\tvier\n';
    expect(await read({ 'a.tsv': ted }, 'a.tsv')).toEqual({ source: ['ein', 'vier'], target: ['one', 'four'] });
    expect((await read({ 'a.tsv': ted }, 'a.tsv', { target: 'pt-br' })).target).toEqual(['um', 'x']);
  });

  test('whose columns nobody knows, or that lacks one, is named', async () => {
    await expect(read({ 'a.tsv': 'a\tb\tc\n' }, 'a.tsv')).rejects.toThrow(
      'a.tsv has 3 columns and no first line with both languages\' codes: say which two have the text, as in "a.tsv:1,2".',
    );
    await expect(read({ 'a.tsv': 'a\tb\nc\n' }, 'a.tsv')).rejects.toThrow(
      'a.tsv, line 2, has 1 columns, and 2 are needed',
    );
  });
});

describe('TMX', () => {
  const body = [
    unit(['en', 'One &amp; <bpt i="1">&lt;b&gt;</bpt>two<ept i="1">&lt;/b&gt;</ept>'], ['de-AT', 'Eins &#38;\n zwei']),
    unit(['en', 'Only English']),
    unit(['de', '<![CDATA[<drei>]]>'], ['fr', 'trois'], ['EN', 'three'], ['den', 'no']),
  ].join('\n');
  const expected = { source: ['Eins & zwei', '<drei>'], target: ['One & two', 'three'] };

  test('gives the units that have both languages, without codes of formatting, in UTF-8 or UTF-16', async () => {
    expect(await read({ 'a.tmx': tmx(body) }, 'a.tmx')).toEqual(expected);
    expect(await read({ 'a.tmx.gz': gzipSync(tmx(body)) }, 'a.tmx')).toEqual(expected);
    const wide = Buffer.from(`\ufeff${tmx(body).replace('UTF-8', 'UTF-16')}`, 'utf16le');
    expect(await read({ 'a.tmx': wide }, 'a.tmx')).toEqual(expected);
  });

  test('of any length is read in pieces', async () => {
    const units = Array.from({ length: 20_000 }, (_, i) => unit(['de', `Satz ${i}`], ['en', `sentence ${i}`]));
    const { source, target } = await read({ 'a.tmx': tmx(units.join('\n')) }, 'a.tmx');
    expect(source).toEqual(units.map((_, i) => `Satz ${i}`));
    expect(target.at(-1)).toBe('sentence 19999');
  });

  test('that is damaged, cut or without these languages is named', async () => {
    const cut = read({ 'a.tmx': tmx(body).slice(0, 200) }, 'a.tmx');
    await expect(cut).rejects.toThrow(CorpusError);
    await expect(cut).rejects.toThrow(/^a\.tmx, line \d+, column \d+, is not well-formed XML: Unclosed root tag/);
    await expect(read({ 'a.tmx': tmx('<tu>&</tu>') }, 'a.tmx')).rejects.toThrow(/a\.tmx, line 3, column \d+, is not/);
    await expect(read({ 'a.tmx': tmx(unit(['fr', 'x'])) }, 'a.tmx')).rejects.toThrow(
      'a.tmx holds no pair of sentences',
    );
  });
});

describe('test sets of WMT', () => {
  const sgm = (kind: string, ...segments: string[]) =>
    `<${kind}set setid="newstest" srclang="any">\n<doc docid="a">\n<p>\n${segments
      .map((text, i) => `<seg id="${i + 1}">${text}</seg>`)
      .join('\n')}\n</p>\n</doc>\n</${kind}set>\n`;

  test('as SGM have their segments in one file a side, with a bare & or without', async () => {
    const files = {
      'dev/newstest2014-deen-src.de.sgm': sgm('src', 'AT&T &amp; mehr', ' Zwei. '),
      'dev/newstest2014-deen-ref.en.sgm': sgm('ref', 'AT&T &amp; more', 'Two.'),
    };
    expect(await read(files, 'newstest2014-{src}{tgt}-{src|ref}.{lang}.sgm')).toEqual({
      source: ['AT&T & mehr', 'Zwei.'],
      target: ['AT&T & more', 'Two.'],
    });
    await expect(
      read({ 'a-src.de.sgm': sgm('src', 'x', 'y'), 'a-ref.en.sgm': sgm('ref', 'x') }, 'a-{src|ref}.{lang}.sgm'),
    ).rejects.toThrow('a-src.de.sgm has 2 segments but a-ref.en.sgm has 1: segment n of one must translate');
  });

  const side = (name: string, language: string, ...segments: string[]) =>
    `<${name} lang="${language}" translator="A"><p>${segments
      .map((text, i) => `<seg id="${i + 1}">${text}</seg>`)
      .join('')}</p></${name}>`;

  test('as XML have both sides in one file, in either direction, the first reference counts', async () => {
    const xml = `<dataset id="newstest2021"><doc id="a">${side('src', 'en', 'One', 'Two')}${side('ref', 'de', 'Eins', 'Zwei')}${side('ref', 'de', 'EINS', 'ZWEI')}${side('hyp', 'de', 'x', 'y')}</doc></dataset>`;
    expect(await read({ 'a.xml': xml }, 'a.xml')).toEqual({ source: ['Eins', 'Zwei'], target: ['One', 'Two'] });
    const cut = `<dataset><doc id="a">${side('src', 'en', 'One', 'Two')}${side('ref', 'de', 'Eins')}</doc></dataset>`;
    await expect(read({ 'a.xml': cut }, 'a.xml')).rejects.toThrow('segment 2 of document "a" has no translation');
  });
});
