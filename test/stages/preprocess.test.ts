import { describe, expect, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import preprocess from '../../stages/preprocess.ts';
import type { ProgressUpdate } from '../../src/runner/stage.ts';
import { readRawCorpus } from '../../src/text/corpora/raw-corpus.ts';
import { readDictionary, readManifest, readSentences, readSplit } from '../../src/text/dataset.ts';
import { removeBpe } from '../../src/text/bpe/apply.ts';
import type { RecipeOptions } from '../../src/text/recipe.ts';
import { folderWith } from '../text/folder.ts';
import { describeRawCorpus, writeParallel } from '../text/raw-corpus.ts';

const project = path.dirname(path.dirname(path.dirname(fileURLToPath(import.meta.url))));

function schema(file: string): Record<string, unknown> {
  return JSON.parse(readFileSync(path.join(project, 'schemas', file), 'utf8')) as Record<string, unknown>;
}

const ajv = new Ajv2020({ strict: true, strictRequired: false, useDefaults: true, keywords: ['payload'] });

const corpus = {
  train: {
    source: ['Der Hund läuft.', 'Die Hunde laufen schnell.', 'Ein sehr langer Satz, der gar nicht passt.', 'Der Hund schläft.'],
    target: ['The dog runs.', 'The dogs run fast.', 'No.', 'The dog sleeps.'],
  },
  valid: { source: ['Der Hund läuft schnell.'], target: ['The dog runs fast.'] },
  test: { source: ['Ein Zebra schläft.', ''], target: ["A zebra's asleep.", ''] },
};

async function run(raw: string, params: Partial<RecipeOptions> = {}): Promise<{ folder: string; logs: string[]; progress: ProgressUpdate[] }> {
  const given = { merges: 20, ...params };
  expect(ajv.validate(schema('stages/preprocess.json').params as object, given)).toBe(true);
  const folder = folderWith();
  const logs: string[] = [];
  const progress: ProgressUpdate[] = [];
  await preprocess({
    params: given as RecipeOptions, inputs: { raw }, outputs: { corpus: folder }, progress: folderWith(), cores: 1,
    events: {
      progress: (update) => progress.push(update),
      metric: () => undefined,
      log: (message, level = 'info') => logs.push(`${level}: ${message}`),
    },
  });
  return { folder, logs, progress };
}

function rawCorpus(): string {
  const folder = folderWith();
  writeParallel(folder, corpus);
  return folder;
}

describe('the preprocess stage', () => {
  test('writes a corpus that its schema accepts, every file declared and none missing', async () => {
    const raw = rawCorpus();
    const { folder } = await run(raw);
    const declared = schema('artifacts/corpus.schema.json');
    expect(ajv.validate(declared, readManifest(folder)) || ajv.errors).toBe(true);
    expect(readdirSync(folder).sort()).toEqual([...Object.keys(declared.payload as object), 'corpus.json'].sort());
    expect(ajv.validate(schema('artifacts/raw-corpus.schema.json'), readRawCorpus(raw)) || ajv.errors).toBe(true);
  });

  test('cleans training pairs only, and encodes what decodes to the tokenised, lowercased text', async () => {
    const { folder, progress } = await run(rawCorpus());
    const manifest = readManifest(folder);
    expect(manifest).toMatchObject({ recipe: 'parallel', rawPairs: 4, cleanedPairs: 3 });
    expect(manifest.splits).toMatchObject({ train: { pairs: 3 }, valid: { pairs: 1 }, test: { pairs: 2 } });
    const dictionary = readDictionary(folder, 'source');
    const { ids, offsets } = readSplit(folder, 'train').source;
    const lines = Array.from({ length: 3 }, (_, i) => removeBpe(dictionary.decode(ids.subarray(offsets[i], offsets[i + 1]))));
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
    expect(logs.some((line) => /^warning: No further pair of symbols occurs twice: learned \d+ of 5000/.test(line))).toBe(true);
    expect(readManifest(folder).merges).toBeLessThan(5000);
  });

  test("reads the IWSLT'14 layout, splits validation off and warns that the counts are not the published ones", async () => {
    const files: Record<string, string> = {};
    for (const language of ['de', 'en']) {
      files[`files/train.tags.de-en.${language}`] = Array.from({ length: 46 }, (_, i) => `Wort${language} ${i}.\n`).join('');
      for (const set of ['TED.dev2010', 'TEDX.dev2012', 'TED.tst2010', 'TED.tst2011', 'TED.tst2012']) {
        files[`files/IWSLT14.${set}.de-en.${language}.xml`] = `<seg id="1"> ${set} </seg>\n`;
      }
    }
    const raw = folderWith(files);
    describeRawCorpus(raw, { format: 'iwslt14', source: 'de', target: 'en' });
    const { folder, logs } = await run(raw);
    expect(readManifest(folder)).toMatchObject({ recipe: 'iwslt14', cleanedPairs: 46 });
    expect(readManifest(folder).splits).toMatchObject({ train: { pairs: 44 }, valid: { pairs: 2 }, test: { pairs: 5 } });
    expect(readSentences(folder, 'valid.target.txt')).toEqual(['worten 22 .', 'worten 45 .']);
    expect(logs.find((line) => line.startsWith('warning: These are not'))).toContain('raw 46 (published 174443)');
  });

  test('turns a corpus that it cannot use into a message for the user', async () => {
    const raw = folderWith();
    writeParallel(raw, { ...corpus, train: { source: ['a b c d'], target: ['a'] } });
    const failure = run(raw);
    await expect(failure).rejects.toThrow('None of the 1 training pairs is left after cleaning');
    await expect(failure).rejects.toMatchObject({ name: 'StageError' });
  });
});
