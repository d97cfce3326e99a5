import { describe, expect, test } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import preprocess from '../../stages/preprocess.ts';
import type { ProgressUpdate } from '../../src/runner/stage.ts';
import { loadArtifactSchemas } from '../../src/runner/catalogue/artifacts.ts';
import { ArtifactChecker } from '../../src/runner/execute/artifact-check.ts';
import { createAjv } from '../../src/runner/catalogue/ajv.ts';
import { readSchema } from '../../src/runner/catalogue/schema-file.ts';
import { readRawCorpus } from '../../src/text/corpora/raw-corpus.ts';
import type { RawCorpus } from '../../src/text/corpora/raw-corpus.ts';
import { readDictionary, readManifest, readSentences, readSplit } from '../../src/text/dataset.ts';
import { removeBpe } from '../../src/text/bpe/apply.ts';
import type { PreprocessParams } from '../../schemas/types.ts';
import { folderWith } from '../text/folder.ts';
import { describeRawCorpus, writeParallel } from '../text/raw-corpus.ts';
import { noParts } from '../support/parts.ts';

const project = path.dirname(path.dirname(path.dirname(fileURLToPath(import.meta.url))));

function schema(file: string): Record<string, unknown> {
  return readSchema(path.join(project, 'schemas', file)).value;
}

const ajv = createAjv();

const corpus = {
  train: {
    source: [
      'Der Hund läuft.',
      'Die Hunde laufen schnell.',
      'Ein sehr langer Satz, der gar nicht passt.',
      'Der Hund schläft.',
    ],
    target: ['The dog runs.', 'The dogs run fast.', 'No.', 'The dog sleeps.'],
  },
  valid: { source: ['Der Hund läuft schnell.'], target: ['The dog runs fast.'] },
  test: { source: ['Ein Zebra schläft.', ''], target: ["A zebra's asleep.", ''] },
};

async function run(
  raw: string,
  params: Partial<PreprocessParams> = {},
  inputs: Record<string, string> = {},
): Promise<{ folder: string; logs: string[]; progress: ProgressUpdate[] }> {
  const given = { merges: 20, ...params };
  expect(ajv.validate(schema('stages/preprocess.json').params as object, given)).toBe(true);
  const folder = folderWith();
  const logs: string[] = [];
  const progress: ProgressUpdate[] = [];
  await preprocess({
    params: given as PreprocessParams,
    inputs: { raw, ...inputs },
    gathered: {},
    outputs: { corpus: folder },
    progress: folderWith(),
    cores: 1,
    isStopping: () => false,
    parts: noParts,
    events: {
      progress: (update) => progress.push(update),
      metric: () => undefined,
      log: (message, level = 'info') => logs.push(`${level}: ${message}`),
      engine: () => undefined,
    },
  });
  return { folder, logs, progress };
}

function rawCorpus(): string {
  const folder = folderWith();
  writeParallel(folder, corpus);
  return folder;
}

/** A raw corpus laid out as the archive is, with so many training pairs and segments in each of its five test sets. */
function iwslt14Corpus(pairs: number, segments: number, about: Partial<RawCorpus> = {}): string {
  const files: Record<string, string> = {};
  for (const language of ['de', 'en']) {
    files[`files/train.tags.de-en.${language}`] = Array.from(
      { length: pairs },
      (_, i) => `Wort${language} ${i % 1000}.\n`,
    ).join('');
    for (const set of ['TED.dev2010', 'TEDX.dev2012', 'TED.tst2010', 'TED.tst2011', 'TED.tst2012']) {
      files[`files/IWSLT14.${set}.de-en.${language}.xml`] = `<seg id="1"> Wort${language} 3. </seg>\n`.repeat(segments);
    }
  }
  const raw = folderWith(files);
  describeRawCorpus(raw, { format: 'iwslt14', source: 'de', target: 'en', ...about });
  return raw;
}

/** A raw corpus of these files, each of them bytes as they are. */
function rawFiles(files: Record<string, string | Uint8Array>): string {
  const raw = folderWith(
    Object.fromEntries(Object.entries(files).map(([name, content]) => [`files/${name}`, content])),
  );
  describeRawCorpus(raw, { format: 'parallel', source: 'de', target: 'en' });
  return raw;
}

describe('the preprocess stage', () => {
  test('writes a corpus that its schema accepts, every file declared and none missing', async () => {
    const raw = rawCorpus();
    const { folder } = await run(raw);
    const declared = schema('artifacts/corpus.schema.json');
    expect(ajv.validate(declared, readManifest(folder)) || ajv.errors).toBe(true);
    const checker = new ArtifactChecker(loadArtifactSchemas(project));
    expect(checker.problem('corpus', folder)).toBeUndefined();
    expect(readdirSync(folder)).toHaveLength(3 * 4 + 2 * 2 + 4);
    expect(ajv.validate(schema('artifacts/raw-corpus.schema.json'), readRawCorpus(raw)) || ajv.errors).toBe(true);
  });

  test('cleans training pairs only, and encodes what decodes to the tokenised, lowercased text', async () => {
    const { folder, progress } = await run(rawCorpus());
    const manifest = readManifest(folder);
    expect(manifest).toMatchObject({ recipe: 'parallel', rawPairs: 4, cleanedPairs: 3 });
    expect(manifest.splits).toMatchObject({ train: { pairs: 3 }, valid: { pairs: 1 }, test: { pairs: 2 } });
    const dictionary = readDictionary(folder, 'source');
    const { ids, offsets } = readSplit(folder, 'train').source;
    const lines = Array.from({ length: 3 }, (_, i) =>
      removeBpe(dictionary.decode(ids.subarray(offsets[i], offsets[i + 1]))),
    );
    expect(lines).toEqual(['der hund läuft .', 'die hunde laufen schnell .', 'der hund schläft .']);
    expect(readSentences(folder, 'test.target.txt')).toEqual(['a zebra &apos;s asleep .', '']);
    expect(manifest.splits.test.unknown.source).toBeGreaterThan(0);
    expect(progress.at(-1)).toEqual({ done: 14, total: 14, unit: 'sentences' });
  });

  test('keeps capitals when told to', async () => {
    const { folder } = await run(rawCorpus(), { lowercase: false });
    expect(readSentences(folder, 'valid.target.txt')).toEqual(['The dog runs fast .']);
  });

  test('says when there are fewer merge operations than asked for', async () => {
    const { logs, folder } = await run(rawCorpus(), { merges: 5000 });
    expect(
      logs.some((line) => /^warning: No further pair of symbols occurs twice: learned \d+ of 5000/.test(line)),
    ).toBe(true);
    expect(readManifest(folder).merges).toBeLessThan(5000);
  });

  test('tokenises other languages by their own rules, and says what the tokeniser cannot do for them', async () => {
    const sides = { fr: "L'été n'est pas fini.\n", th: 'ฤดูร้อนยังไม่จบ.\n' };
    const raw = folderWith(
      Object.fromEntries(
        ['train', 'valid', 'test'].flatMap((split) =>
          Object.entries(sides).map(([language, text]) => [`files/${split}.${language}`, text]),
        ),
      ),
    );
    describeRawCorpus(raw, { format: 'parallel', source: 'fr', target: 'th' });
    const { folder, logs } = await run(raw, { ratio: 100 });
    expect(logs.filter((line) => line.startsWith("warning: Moses has no abbreviations for 'th'"))).toHaveLength(1);
    expect(logs.filter((line) => line.startsWith("warning: 'th' is written without spaces"))).toHaveLength(1);
    expect(logs.some((line) => /warning: .*'fr'/.test(line))).toBe(false);
    // As tokenizer.perl prints it.
    expect(readSentences(folder, 'test.source.txt')).toEqual(['l&apos; été n&apos; est pas fini .']);
  });

  test("reads the IWSLT'14 layout, splits validation off and warns that the figures are not the published ones", async () => {
    const { folder, logs } = await run(iwslt14Corpus(46, 1), { merges: 10_000 });
    expect(readManifest(folder)).toMatchObject({ recipe: 'iwslt14', rawPairs: 46, cleanedPairs: 46 });
    expect(readManifest(folder).splits).toMatchObject({
      train: { pairs: 44 },
      valid: { pairs: 2 },
      test: { pairs: 5 },
    });
    expect(readSentences(folder, 'valid.target.txt')).toEqual(['worten 22 .', 'worten 45 .']);
    const { ids, offsets } = readSplit(folder, 'valid').source;
    expect(removeBpe(readDictionary(folder, 'source').decode(ids.subarray(0, offsets[1])))).toMatch(/^wortde .* \.$/);
    const warning = logs.find((line) => line.startsWith('warning: These are not'));
    expect(warning).toContain('training pairs before cleaning 46 (published 174443)');
    expect(warning).toContain('test en reference words 15 (published 131161)');
  });

  test('warns that figures do not compare when the settings are not the published ones', async () => {
    const { logs } = await run(iwslt14Corpus(46, 1), { merges: 50, ratio: 2 });
    expect(logs).toContain(
      "warning: These are not the settings of the published IWSLT'14 De–En recipe, so BLEU is not comparable: "
        + 'merges 50 (published 10000), ratio 2 (published 1.5).',
    );
  });

  test('fails when the archive is the genuine one, by its size and its pairs, and any figure is not', async () => {
    const size = { origin: { path: 'de-en.tgz', bytes: 19_982_877, sha256: '' } };
    await expect(run(iwslt14Corpus(174_443, 1350, size), { merges: 10_000 })).rejects.toThrow(
      /^This build of the recipe is wrong\. .*training pairs after cleaning 174443 \(published 167522\).* Please report this\./,
    );
    // The size alone is not enough, and neither are the pairs.
    const other = await run(iwslt14Corpus(46, 1, size), { merges: 10_000 });
    expect(other.logs.some((line) => line.startsWith('warning: These are not the figures'))).toBe(true);
    const unpacked = await run(iwslt14Corpus(174_443, 1350), { merges: 10_000 });
    expect(unpacked.logs.some((line) => line.startsWith('warning: These are not the figures'))).toBe(true);
  });

  test('turns a corpus that it cannot use into a message for the user', async () => {
    const raw = folderWith();
    writeParallel(raw, { ...corpus, train: { source: ['a b c d'], target: ['a'] } });
    const failure = run(raw);
    await expect(failure).rejects.toThrow('None of the 1 training pairs is left after cleaning');
    await expect(failure).rejects.toMatchObject({ name: 'StageError' });
  });
});

describe('codes and dictionaries of others', () => {
  test('are taken as they are, and text is encoded by them', async () => {
    const files = folderWith({
      'codes': '#version: 0.2\nh u\nhu n\nhun d</w>\n',
      'dict.de.txt': 'hund 7\nl@@ 3\nder 2\n. 1\n',
      'dict.en.txt': 'dog 5\nthe 1\n',
    });
    const [codes, sourceDictionary, targetDictionary] = ['codes', 'dict.de.txt', 'dict.en.txt'].map((name) =>
      path.join(files, name),
    );
    const { folder } = await run(rawCorpus(), { codes, sourceDictionary, targetDictionary });
    for (const [ours, theirs] of [
      ['codes.txt', 'codes'],
      ['dict.source.txt', 'dict.de.txt'],
      ['dict.target.txt', 'dict.en.txt'],
    ])
      expect(readFileSync(path.join(folder, ours), 'utf8')).toBe(readFileSync(path.join(files, theirs), 'utf8'));
    const { ids, offsets } = readSplit(folder, 'train').source;
    // "der hund läuft .": no code merges d, e and r, so that of three pieces none is in the dictionary.
    expect([...ids.subarray(0, offsets[1])]).toEqual([3, 3, 3, 4, 5, 3, 3, 3, 3, 7, 2]);
    const own = await run(rawCorpus(), { codes });
    expect(readFileSync(path.join(own.folder, 'codes.txt'), 'utf8')).toBe(readFileSync(codes, 'utf8'));
    expect(readManifest(own.folder).dictionary.source % 8).toBe(0);
  });

  test('cannot go with those of a corpus', async () => {
    const raw = rawCorpus();
    const { folder: like } = await run(raw);
    await expect(run(raw, { codes: 'x' }, { like })).rejects.toThrow(
      'the input "like" and "codes" both say how the corpus is prepared: leave out one of them.',
    );
  });
});

// docs/data.md has the table of these.
describe('nasty text', () => {
  const plain = {
    'train.de': 'Hund und Katze\n'.repeat(3),
    'train.en': 'dog and cat\n'.repeat(3),
    'valid.de': 'Hund\n',
    'valid.en': 'dog\n',
  };
  const outcome = async (test: string | Uint8Array): Promise<{ text: string[]; decoded: string[] }> => {
    const lines = Buffer.from(test).toString('latin1').replace(/\n$/, '').split('\n').length;
    const { folder } = await run(rawFiles({ ...plain, 'test.de': test, 'test.en': 'x\n'.repeat(lines) }));
    const { ids, offsets } = readSplit(folder, 'test').source;
    const dictionary = readDictionary(folder, 'source');
    return {
      text: readSentences(folder, 'test.source.txt'),
      decoded: Array.from({ length: lines }, (_, i) =>
        removeBpe(dictionary.decode(ids.subarray(offsets[i], offsets[i + 1]))),
      ),
    };
  };

  test.each([
    ['a carriage return before the line feed', 'Hund\r\nKatze\r\n', ['hund', 'katze']],
    ['no line feed at the end', 'Hund\nKatze', ['hund', 'katze']],
    ['a byte order mark at the start', '\ufeffHund\n', ['hund']],
    ['a byte order mark elsewhere', 'Hu\ufeffnd\n', ['hu \ufeff nd']],
    ['zero-width characters', 'Hu\u200bnd Ka\u200dtze\n', ['hu \u200b nd ka \u200d tze']],
    ['a soft hyphen', 'Hu\u00adnd\n', ['hu \u00ad nd']],
    ['NUL and other control characters', 'Hu\0nd\x07 \x1b Katze\n', ['hund katze']],
    ['a delete character', 'Hu\x7fnd\n', ['hu \x7f nd']],
    ['separators of Unicode', 'Hund\u2028Katze\u2029und\x85Hund\n', ['hund katze und hund']],
    ['no-break spaces', 'Hund\u00a0Katze\u202fund\u3000Hund\n', ['hund katze und hund']],
    ['tabs and form feeds', 'Hund\tKatze\fund\v Hund\n', ['hund katze und hund']],
    ['only control characters', '\x01\x02\n', ['']],
  ])('%s', async (_, test, text) => {
    expect((await outcome(test)).text).toEqual(text);
  });

  test('an empty line, and one of white space, stays in a test set, with the line feeds where they were', async () => {
    expect(await outcome('Hund\n\n \u2028\r\nKatze\n')).toEqual({
      text: ['hund', '', ' \u2028\r', 'katze'],
      decoded: ['hund', '', '<unk>', 'katze'],
    });
    expect((await outcome('\u2028\n')).decoded).toEqual(['']);
  });

  test('an empty line costs a training pair its place', async () => {
    const { folder } = await run(
      rawFiles({
        ...plain,
        'train.de': 'Hund\n\n\u00a0\nKatze\n',
        'train.en': 'dog\nx\ny\n\r\n',
        'test.de': 'Hund\n',
        'test.en': 'dog\n',
      }),
    );
    expect(readManifest(folder)).toMatchObject({ rawPairs: 4, cleanedPairs: 1 });
  });

  test('a line of a megabyte is dropped from training and kept for testing, be it many words or one', async () => {
    const [words, word] = ['Hund '.repeat(200_000), 'Hundkatze'.repeat(120_000)];
    const { folder } = await run(
      rawFiles({
        ...plain,
        'train.de': `${words}\n${word}\nHund\nHund und Hund\n`,
        'train.en': `${words}\n${word}\ndog\ndog and dog\n`,
        'test.de': `${words}\n${word}\n`,
        'test.en': 'dog\ndog\n',
      }),
    );
    expect(readManifest(folder)).toMatchObject({ rawPairs: 4, cleanedPairs: 2 });
    const { ids, offsets } = readSplit(folder, 'test').source;
    expect(offsets[1]).toBe(200_001);
    expect(removeBpe(readDictionary(folder, 'source').decode(ids.subarray(offsets[1]))).length).toBeGreaterThan(
      1 << 20,
    );
  });

  test('bytes that are not UTF-8 are an error that names file and line', async () => {
    const failure = run(
      rawFiles({ ...plain, 'test.de': Buffer.from([0x61, 0x0a, 0xc3, 0x28, 0x0a]), 'test.en': 'x\ny\n' }),
    );
    await expect(failure).rejects.toThrow(/^test\.de, line 2, is not UTF-8\. Convert the file to UTF-8\.$/);
    await expect(failure).rejects.toMatchObject({ name: 'StageError' });
  });

  test('files of unequal length are an error with both counts', async () => {
    await expect(run(rawFiles({ ...plain, 'test.de': 'a\nb', 'test.en': 'x\n' }))).rejects.toThrow(
      'test.de has 2 lines but test.en has 1: ',
    );
  });
});
