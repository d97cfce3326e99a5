import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import type { BleuDocument, CorpusDocument } from '../../schemas/types.ts';
import { Dictionary } from '../../src/text/dictionary.ts';
import { makeProject } from '../support/project.ts';
import type { TestProject } from '../support/project.ts';

const space = {
  ...{ operators: ['attention'], activations: ['relu'], widths: [16], ratios: [1], heads: [2], crossHeads: [2] },
  ...{ spans: [1], encoderLayers: 1, decoderLayers: [1] },
};
const training = { updates: 3, maxTokens: 512, warmup: 10, learningRate: 0.005 };
const scored = { beam: 2, maxLength: 10 };

/** A corpus, one network that is trained on it, and its score. */
const tiny = {
  name: 'tiny',
  params: { data: 'x', src: 'de', tgt: 'en', ratio: 100 },
  stages: {
    corpus: { uses: 'fetch', with: { path: '${params.data}', source: '${params.src}', target: '${params.tgt}' } },
    preprocess: { uses: 'preprocess', in: { raw: 'corpus' }, with: { merges: 20, ratio: '${params.ratio}' } },
    net: { uses: 'subnet', in: { corpus: 'preprocess' }, with: { space } },
    train: {
      uses: 'finetune',
      in: { corpus: 'preprocess', subnet: 'net' },
      with: { ...training, averageEpochs: 1 },
    },
    bleu: { uses: 'bleu', in: { corpus: 'preprocess', model: 'train', raw: 'corpus' }, with: scored },
  },
};
/** The network on another corpus beside its own. */
const two = {
  extends: 'tiny.json5',
  name: 'two',
  params: { other: 'y' },
  stages: {
    'corpus-b': { uses: 'fetch', with: { path: '${params.other}' } },
    'prep-b': { uses: 'preprocess', in: { raw: 'corpus-b' }, with: { merges: 20, ratio: 100 } },
    'bleu-b': { uses: 'bleu', in: { corpus: 'prep-b', model: 'train', raw: 'corpus-b' }, with: scored },
  },
};

const german = ['Der rote Ball rollt.', 'Die Frau lacht laut.', 'Ein Hund schläft.', 'Der Mann liest.'];
const english = ['The red ball rolls.', 'The woman laughs aloud.', 'A dog sleeps.', 'The man reads.'];
let project: TestProject;

/** Writes a corpus of these training lines; the rest is the same for all. */
function corpus(name: string, train: string[], target: string[]): string {
  const folder = path.join(project.folder, name);
  mkdirSync(folder);
  const write = (split: string, de: string[], en: string[]) => {
    writeFileSync(path.join(folder, `${split}.de`), de.map((line) => `${line}\n`).join(''));
    writeFileSync(path.join(folder, `${split}.en`), en.map((line) => `${line}\n`).join(''));
  };
  write('train', train, target);
  write('valid', german.slice(0, 2), english.slice(0, 2));
  write('test', german.slice(1, 3), english.slice(1, 3));
  return name;
}

const document = <Type>(pipeline: string, stage: string, output: string, type = output) =>
  JSON.parse(
    readFileSync(path.join(project.folder, 'runs/latest', pipeline, stage, output, `${type}.json`), 'utf8'),
  ) as Type;

beforeAll(() => {
  project = makeProject({
    'stages/none.txt': '',
    'schemas/none.txt': '',
    'pipelines/tiny.json5': JSON.stringify(tiny),
    'pipelines/two.json5': JSON.stringify(two),
    'pipelines/reversed.json5': JSON.stringify({
      extends: 'two.json5',
      name: 'reversed',
      stages: { 'corpus-b': { with: { source: 'en', target: 'de' } } },
    }),
    'pipelines/like.json5': JSON.stringify({
      extends: 'two.json5',
      name: 'like',
      stages: {
        'prep-b': { in: { like: 'preprocess' } },
        'only': { uses: 'fetch', with: { path: '${params.other}', splits: { tests: { news: 'test.{lang}' } } } },
        'prep-c': { uses: 'preprocess', in: { raw: 'only', model: 'train' } },
        'bleu-c': { uses: 'bleu', in: { corpus: 'prep-c', model: 'train', raw: 'only' }, with: scored },
      },
    }),
  });
  corpus('a', [...german, ...german], [...english, ...english]);
  // One sentence more, and as many symbols after rounding or not: other words in any case.
  corpus('b', [...german, ...german, 'Der rote Ball.'], [...english, ...english, 'The red ball.']);
});
afterAll(() => project.remove());

describe('a network meets another corpus', () => {
  test('of other dictionaries, or of the other direction, and is not scored on it', async () => {
    const other = await project.run(['run', 'pipelines/two.json5', 'data=a', 'other=b']);
    expect(other.exitCode).toBe(1);
    expect(other.stderr + other.stdout).toMatch(
      /The inputs "corpus" \(\w{12}\) and "model" \(\w{12}\) do not belong together: .*the source dictionary is/,
    );
    const reversed = await project.run(['run', 'pipelines/reversed.json5', 'data=a', 'other=a']);
    expect(reversed.exitCode).toBe(1);
    expect(reversed.stderr + reversed.stdout).toContain('the languages are en–de in one and de–en in the other');
  });

  test('that was prepared like its own, with training text or a test set alone, and scores what it scores there', async () => {
    const { exitCode } = await project.run(['run', 'pipelines/like.json5', 'data=a', 'other=b']);
    expect(exitCode).toBe(0);
    const own = document<BleuDocument>('like', 'bleu', 'bleu');
    expect(document<BleuDocument>('like', 'bleu-b', 'bleu')).toEqual(own);
    const news = document<BleuDocument>('like', 'bleu-c', 'bleu');
    expect(news).toEqual({ ...own, split: 'news', summary: own.summary.replace('on test', 'on news') });
    expect(Object.keys(document<CorpusDocument>('like', 'prep-c', 'corpus').splits)).toEqual(['news']);
  });
});

describe('text that a dictionary must survive', () => {
  test.each([
    ['a U+FEFF within a line', 'feff', (line: string) => line.replace(' ', ' \ufeff ')],
    ['a word like those that fill dictionaries', 'filler', (line: string) => `${line} madeupword0000`],
  ])('%s: the network that was trained on it translates', async (_, name, change) => {
    corpus(name, [...german, ...german].map(change), [...english, ...english].map(change));
    expect((await project.run(['run', 'pipelines/tiny.json5', `data=${name}`])).exitCode).toBe(0);
    const folder = path.join(project.folder, 'runs/latest/tiny/train/model');
    for (const file of ['dict.source.txt', 'dict.target.txt']) {
      const { symbols } = Dictionary.parse(readFileSync(path.join(folder, file), 'utf8'), file);
      expect(new Set(symbols).size).toBe(symbols.length);
    }
    const { exitCode } = await project.run(['translate', 'latest/train', 'Der Ball rollt.']);
    expect(exitCode).toBe(0);
  });
});

describe('what is known when a pipeline is loaded', () => {
  test.each([
    [['src=xx'], '--set:1:11: error: "source" of the stage "corpus" (fetch) must be a valid language-code, found "xx"'],
    [['tgt=de'], '--set:1:11: error: "target" of the stage "corpus" (fetch) must differ from "source", found "de"'],
    [['data='], '--set:1:12: error: "path" of the stage "corpus" (fetch) must not be empty'],
  ])('%j ends with exit code 2 and the place', async (words, message) => {
    const { exitCode, stderr } = await project.run(['plan', 'pipelines/tiny.json5', 'data=a', ...words]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(message);
  });

  test.each(['ru', 'pt-br', 'mni'])('%s is a language', async (language) => {
    expect((await project.run(['plan', 'pipelines/tiny.json5', 'data=a', `src=${language}`])).exitCode).toBe(0);
  });
});

describe('text that is not as it should be', () => {
  const failed = async (name: string) => {
    const { exitCode, stdout, stderr } = await project.run([
      'run',
      'pipelines/tiny.json5',
      'preprocess',
      `data=${name}`,
      'ratio=1.5',
    ]);
    return { exitCode, said: stdout + stderr };
  };

  test('is called as its user knows it', async () => {
    const folder = path.join(project.folder, corpus('latin', german, english));
    writeFileSync(path.join(folder, 'train.de'), Buffer.from('Der Ball.\nDie Stra\xdfe.\n', 'latin1'));
    writeFileSync(path.join(folder, 'train.en'), 'The ball.\nThe street.\n');
    const { exitCode, said } = await failed('latin');
    expect(exitCode).toBe(1);
    expect(said).toContain('latin/train.de, line 2, is not UTF-8. Convert the file to UTF-8.');
    expect(said).not.toContain('objects');
  });

  test('is named UTF-16 before lines are counted that are none', async () => {
    const folder = path.join(project.folder, corpus('wide', german, english));
    writeFileSync(path.join(folder, 'train.en'), Buffer.from(`\ufeff${english.join('\n')}`, 'utf16le'));
    expect((await failed('wide')).said).toContain('wide/train.en is UTF-16LE text, not UTF-8.');
  });

  test('that loses more than a tenth of its pairs in cleaning is warned of, with the figures', async () => {
    const lengths = Array.from({ length: 20 }, (_, i) => 'wort '.repeat(1 + ((i * 7) % 10)).trim());
    corpus('shifted', lengths, [...lengths.slice(1), lengths[0]]);
    corpus('aligned', lengths, lengths);
    const words = (line: string) => line.split(' ').length;
    const lost = lengths.filter((line, i) => {
      const [a, b] = [words(line), words(lengths[(i + 1) % 20])];
      return Math.max(a, b) / Math.min(a, b) > 1.5;
    }).length;
    const { exitCode, said } = await failed('shifted');
    expect(exitCode).toBe(0);
    expect(said).toContain(
      `Cleaning dropped ${lost} of 20 training pairs (${(5 * lost).toFixed(1)} %): ${lost} with one side more than 1.5 times as long`,
    );
    expect((await failed('aligned')).said).not.toContain('Cleaning dropped');
  });
});

test("a folder as Multi30k's repository has it is one corpus with all its test sets, each scored by name", async () => {
  const raw = path.join(project.folder, 'multi30k/data/task1/raw');
  mkdirSync(raw, { recursive: true });
  const sets: Record<string, number> = {
    ...{ train: 8, val: 2, test_2016_flickr: 4, test_2017_flickr: 3, test_2017_mscoco: 2, test_2018_flickr: 1 },
  };
  for (const [name, lines] of Object.entries(sets)) {
    for (const [language, text] of [
      ['de', german],
      ['en', english],
      ['fr', german],
    ] as const)
      writeFileSync(
        path.join(raw, `${name}.${language}.gz`),
        gzipSync(Array.from({ length: lines }, (_, i) => `${text[i % 4]}\n`).join('')),
      );
  }
  // The repository's other folders hold the same text in other forms.
  for (const [folder, file] of [
    ['task1/tok', 'train.lc.norm.tok.de'],
    ['task1/tok', 'test_2016_flickr.lc.norm.tok.de'],
    ['task2/raw', 'train.1.de'],
  ]) {
    mkdirSync(path.join(project.folder, 'multi30k/data', folder), { recursive: true });
    writeFileSync(path.join(project.folder, 'multi30k/data', folder, file), 'x\n');
  }
  expect((await project.run(['run', 'pipelines/tiny.json5', 'data=multi30k'])).exitCode).toBe(0);
  const { splits } = document<CorpusDocument>('tiny', 'preprocess', 'corpus');
  const pairs = Object.fromEntries(Object.entries(splits).map(([split, counts]) => [split, counts.pairs]));
  const { val, ...others } = sets;
  expect(pairs).toEqual({ ...others, valid: val });
  const bleu = document<BleuDocument>('tiny', 'bleu', 'bleu');
  expect(bleu).toMatchObject({ split: 'test_2016_flickr', sentences: 4, sacrebleu: { references: 'raw' } });
  expect(Object.entries(bleu.others!).map(([name, { sentences }]) => [name, sentences])).toEqual([
    ['test_2017_flickr', 3],
    ['test_2017_mscoco', 2],
    ['test_2018_flickr', 1],
  ]);
  for (const { confidence } of Object.values(bleu.others!)) expect(confidence.halfWidth).toBeGreaterThanOrEqual(0);
  const plan = await project.run([
    'plan',
    path.join(process.cwd(), 'pipelines/multi30k.json5'),
    `data=${path.join(project.folder, 'multi30k')}`,
  ]);
  expect(plan.exitCode).toBe(0);
});
