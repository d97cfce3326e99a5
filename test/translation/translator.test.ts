import { beforeAll, describe, expect, test } from '@jest/globals';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { architectureOf, extremeGenes } from '../../src/nas/space.ts';
import { selectEngine } from '../../src/tensor/engines/select.ts';
import { readSafetensors, writeSafetensors } from '../../src/tensor/safetensors.ts';
import finetune from '../../stages/finetune.ts';
import { type Translation, Translator, type TranslatorOptions } from '../../src/translation/translator.ts';
import trainSupernet from '../../stages/train-supernet.ts';
import { finetuneParams, StageBench, tinySpace, trainParams } from '../support/stage-bench.ts';

const bench = new StageBench();
const options: TranslatorOptions = { beam: 3, lengthPenalty: 1, maxLength: 8, nBest: 1, long: 'refuse' };
let model: string;

beforeAll(async () => {
  await selectEngine('wasm');
  const corpus = bench.corpus();
  const { checkpoint } = await bench.run(trainSupernet, { ...trainParams, updates: 6 }, { corpus }, [
    'checkpoint',
    'sampled',
    'metrics',
  ]);
  const subnet = bench.document('subnet', { architecture: architectureOf(tinySpace, extremeGenes(tinySpace).largest) });
  ({ model } = await bench.run(finetune, { ...finetuneParams, updates: 6 }, { corpus, checkpoint, subnet }, [
    'checkpoint',
    'model',
    'metrics',
  ]));
});

function translate(lines: readonly string[], changes: Partial<TranslatorOptions> = {}, folder = model) {
  const translator = Translator.open(folder, 1000, { ...options, ...changes });
  try {
    return [...translator.translate(lines)].flat();
  } finally {
    translator.dispose();
  }
}

/** A copy of the model with a file changed. */
function spoilt(file: string, change: (content: string) => string): string {
  const folder = bench.folder();
  cpSync(model, folder, { recursive: true });
  writeFileSync(path.join(folder, file), change(readFileSync(path.join(folder, file), 'utf8')));
  return folder;
}

describe('translating raw lines', () => {
  test('numbers them on from call to call, and keeps lines without words', () => {
    const translator = Translator.open(model, 1000, options);
    const [first, second] = [
      ['a b', '', 'c'],
      [' ', 'd'],
    ].map((lines) => [...translator.translate(lines)].flat());
    translator.dispose();
    expect([...first, ...second].map(({ line, source }) => [line, source])).toEqual([
      [1, 'a b'],
      [2, ''],
      [3, 'c'],
      [4, ' '],
      [5, 'd'],
    ]);
    for (const { hypotheses } of [first[1], second[0]])
      expect(hypotheses).toEqual([{ score: 0, tokens: '', text: '' }]);
    for (const {
      hypotheses: [{ tokens, score }],
    } of [first[0], first[2], second[1]]) {
      expect(tokens).not.toBe('');
      expect(score).toBeLessThan(0);
    }
  });

  test('a line has the same translations alone as among others', () => {
    const lines = ['a b c', 'h', 'd e f g h a', 'b b'];
    const together = translate(lines, { nBest: 3 });
    lines.forEach((line, i) => {
      const [{ hypotheses }] = translate([line], { nBest: 3 });
      expect(hypotheses.map(({ tokens }) => tokens)).toEqual(together[i].hypotheses.map(({ tokens }) => tokens));
      hypotheses.forEach(({ score }, rank) => expect(score).toBeCloseTo(together[i].hypotheses[rank].score, 4));
    });
  });

  test('capitals do not count where the corpus was lowercased, and do where it was not', () => {
    const kept = spoilt('model.json', (json) => json.replace('"lowercase": true', '"lowercase": false'));
    expect(translate(['A B C'])[0].hypotheses).toEqual(translate(['a b c'])[0].hypotheses);
    expect(translate(['A B C'], {}, kept)[0].hypotheses).not.toEqual(translate(['a b c'], {}, kept)[0].hypotheses);
  });

  test('of greatest length 1, a penalty of 0 doubles what one of 1 gives a word and its end', () => {
    const [without, by] = [0, 1].map(
      (lengthPenalty) => translate(['a b c d'], { maxLength: 1, lengthPenalty })[0].hypotheses[0],
    );
    expect(without.tokens).toBe(by.tokens);
    expect(without.tokens.split(' ')).toHaveLength(1);
    expect(without.score / by.score).toBeCloseTo(2, 3);
  });

  test('gives 128 of them at once, and works on no more until those are taken', () => {
    const translator = Translator.open(model, 1000, { ...options, maxLength: 1 });
    const lines = Array.from({ length: 300 }, (_, i) => (i % 2 === 0 ? 'a' : ''));
    const slices = translator.translate(lines);
    const first = slices.next().value as Translation[];
    expect(first.map(({ line }) => line)).toEqual(Array.from({ length: 128 }, (_, i) => i + 1));
    expect([...slices].map((slice) => [slice[0].line, slice.length])).toEqual([
      [129, 128],
      [257, 44],
    ]);
    translator.dispose();
  });

  test.each([0, 1, 130])('names a line that is too long, after the translations of the %d before it', (before) => {
    const translator = Translator.open(model, 1000, { ...options, maxLength: 1 });
    const done: number[] = [];
    expect(() => {
      for (const slice of translator.translate([...Array<string>(before).fill('a'), 'b '.repeat(1024), 'c']))
        done.push(...slice.map(({ line }) => line));
    }).toThrow(
      `Line ${before + 1} has 1025 tokens, and no more than 1024 are translated at once: give one sentence a line, or --long skip or split.`,
    );
    expect(done).toHaveLength(before);
    translator.dispose();
  });
});

describe('lines that are too long', () => {
  const long = `${'a b c . '.repeat(300)}a`;

  test('are skipped: an empty line for each, and the others are as without them', () => {
    const said: string[] = [];
    const lines = ['a b', long, 'c'];
    const found = translate(lines, { long: 'skip', onLong: (message) => said.push(message) });
    expect(found.map(({ line, source }) => [line, source])).toEqual(lines.map((line, i) => [i + 1, line]));
    expect(found[1].hypotheses).toEqual([{ score: 0, tokens: '', text: '' }]);
    for (const i of [0, 2]) expect(found[i].hypotheses[0].tokens).toBe(translate([lines[i]])[0].hypotheses[0].tokens);
    expect(said).toEqual([expect.stringMatching(/^Line 2 has 1202 tokens, .* it is skipped/)]);
  });

  test('are split: the parts are translated as lines of their own, and put together with their score', () => {
    const said: string[] = [];
    const [found, next] = translate([long, 'c'], { long: 'split', onLong: (message) => said.push(message) });
    // Of 8 tokens at most, each part has two sentences.
    const [part, last] = translate(['a b c . a b c .', 'a']).map(({ hypotheses }) => hypotheses[0]);
    expect(said).toEqual([expect.stringMatching(/^Line 1 has 1202 tokens, .* in 151 parts/)]);
    const tokens = [...Array<string>(150).fill(part.tokens), last.tokens].filter((text) => text !== '');
    expect(found.hypotheses.map((hypothesis) => hypothesis.tokens)).toEqual([tokens.join(' ')]);
    expect(next.line).toBe(2);
  });
});

describe('a model that does not fit together is refused', () => {
  test.each<[string, string, (content: string) => string, RegExp]>([
    [
      'heads that do not divide a width',
      'model.json',
      (json) => json.replace(/"heads": \d/, '"heads": 3'),
      /model\.json: encoder layer 0 .* does not divide into 3 heads/,
    ],
    [
      'weights of another network',
      'model.json',
      (json) => json.replace(/"inner": \d+/, '"inner": 5'),
      /weights\.safetensors has "encoder\.layers\.0\.feed-forward\.up\.weight" in shape/,
    ],
    [
      'sizes beyond all memory',
      'model.json',
      (json) => json.replace(/"sourceTypes": \d+/, '"sourceTypes": 1000000000000'),
      /model\.json: "model\.sourceTypes" is 1000000000000, and dict\.source\.txt has 16 symbols/,
    ],
    [
      'a dictionary of another size',
      'dict.target.txt',
      (lines) => `${lines}more 1\n`,
      /model\.json: "model\.targetTypes" is \d+, and dict\.target\.txt has \d+ symbols with the special ones/,
    ],
    [
      'a broken dictionary',
      'dict.source.txt',
      (lines) => `${lines}more\n`,
      /dict\.source\.txt, line \d+: expected a symbol/,
    ],
    ['codes without their header', 'codes.txt', () => 'a b\n', /codes\.txt: the first line must be/],
    [
      'a language without rules',
      'model.json',
      (json) => json.replace('"de"', '"xx"'),
      /model\.json: 'xx' is no language/,
    ],
  ])('%s', (_, file, change, message) => {
    expect(() => translate(['a'], {}, spoilt(file, change))).toThrow(message);
  });

  test('weights that are no numbers', () => {
    const folder = bench.folder();
    cpSync(model, folder, { recursive: true });
    const file = path.join(folder, 'weights.safetensors');
    const weights = readSafetensors(file);
    weights.get('output.weight').data[3] = NaN;
    writeSafetensors(file, weights);
    expect(() => translate(['a'], {}, folder)).toThrow(/has values in "output\.weight" that are no finite numbers/);
  });
});
