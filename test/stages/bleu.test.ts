import { beforeAll, describe, expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import { copyFileSync, cpSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import bleu from '../../stages/bleu.ts';
import finetune from '../../stages/finetune.ts';
import trainSupernet from '../../stages/train-supernet.ts';
import type { BleuDocument } from '../../schemas/types.ts';
import { architectureOf, extremeGenes } from '../../src/nas/space.ts';
import { ArtifactChecker } from '../../src/runner/execute/artifact-check.ts';
import { loadArtifactSchemas } from '../../src/runner/catalogue/artifacts.ts';
import { StageError } from '../../src/runner/stage.ts';
import { splitHyphens } from '../../src/text/bleu/hyphens.ts';
import { sacrebleuCounts } from '../../src/text/bleu/sacrebleu.ts';
import { bleuOf, corpusBleu } from '../../src/text/bleu/score.ts';
import { parseSentences } from '../../src/text/bleu/sentences.ts';
import { readSentences } from '../../src/text/dataset.ts';
import type { ParallelCorpus } from '../../src/text/parallel-text.ts';
import { finetuneParams, StageBench, tinySpace, trainParams } from '../support/stage-bench.ts';
import { writeParallel } from '../text/raw-corpus.ts';

const bench = new StageBench();
const data = bench.corpus();
const params = { split: 'test', beam: 2, nBest: 1, lengthPenalty: 1, maxLength: 8, batchSentences: 2 };
const outputs = ['bleu', 'translations'];
let supernet: string;
let checkpoint: string;
let model: string;

/** The model with the weights of a checkpoint in place of its own. */
function withWeights(from: string, weights: string): string {
  const folder = bench.folder();
  cpSync(from, folder, { recursive: true });
  copyFileSync(path.join(weights, 'weights.safetensors'), path.join(folder, 'weights.safetensors'));
  return folder;
}

/** The text that the corpus could have been made from: in capitals, which do not count. */
function rawCorpus(change: (line: string) => string = (line) => line): string {
  const side = (split: 'valid' | 'test', role: 'source' | 'target') =>
    readSentences(data, `${split}.${role}.txt`).map((line) => change(line.toUpperCase()));
  const split = (name: 'valid' | 'test') => ({ source: side(name, 'source'), target: side(name, 'target') });
  const folder = bench.folder();
  writeParallel(folder, { train: split('valid'), valid: split('valid'), test: split('test') } satisfies ParallelCorpus);
  return folder;
}

const lines = (folder: string, file: string) => readFileSync(path.join(folder, file), 'utf8').split('\n').slice(0, -1);
const document = (folder: string) => bench.read(folder, 'bleu') as unknown as BleuDocument;

beforeAll(async () => {
  ({ checkpoint: supernet } = await bench.run(trainSupernet, { ...trainParams, updates: 6 }, { corpus: data }, [
    'checkpoint',
    'sampled',
    'metrics',
  ]));
  const subnet = bench.document('subnet', {
    architecture: architectureOf(tinySpace, extremeGenes(tinySpace).smallest),
  });
  // Long enough for two epochs, whose mean is the model.
  ({ model, checkpoint } = await bench.run(
    finetune,
    { ...finetuneParams, updates: 20 },
    { corpus: data, checkpoint: supernet, subnet },
    ['checkpoint', 'model', 'metrics'],
  ));
});

describe('scoring a model', () => {
  test('gives three figures of one set of translations, and valid artifacts', async () => {
    const made = await bench.run(bleu, params, { corpus: data, model }, outputs);
    const checker = new ArtifactChecker(loadArtifactSchemas(fileURLToPath(new URL('../..', import.meta.url))));
    for (const output of outputs) expect(checker.problem(output, made[output])).toBeUndefined();

    const hypotheses = lines(made.translations, 'hypotheses.txt');
    const references = lines(data, 'test.target.txt');
    const found = document(made.bleu);
    expect(found).toMatchObject(corpusBleu(hypotheses, references));
    expect(found.hyphensSplit).toEqual(corpusBleu(hypotheses.map(splitHyphens), references.map(splitHyphens)));
    const [text, referenceText] = ['detokenized.txt', 'references.txt'].map((file) => lines(made.translations, file));
    expect(found.sacrebleu).toMatchObject({
      ...bleuOf(sacrebleuCounts(text, referenceText, 'en'), 'exp'),
      references: 'detokenized',
    });
    expect(found.summary.replace(/\d+\.\d\d\b/g, 'N')).toMatch(
      /^BLEU = N, .* on test, ± N at 95 %; sacreBLEU N ± N, chrF2 N, TER N; hyphens split N; copying the source scores N$/,
    );
  });

  test('keeps the counts of each sentence, with the checksum that sha256sum gives for the references', async () => {
    const made = await bench.run(bleu, params, { corpus: data, model }, outputs);
    const { tokenized, sacrebleu } = parseSentences(
      readFileSync(path.join(made.bleu, 'sentences.json'), 'utf8'),
      'sentences.json',
    );
    expect(document(made.bleu)).toMatchObject(bleuOf(tokenized.counts));
    expect(document(made.bleu).sacrebleu).toMatchObject(bleuOf(sacrebleu.counts, 'exp'));
    const checksum = (folder: string, file: string) =>
      createHash('sha256')
        .update(readFileSync(path.join(folder, file)))
        .digest('hex');
    expect(tokenized.references).toBe(checksum(data, 'test.target.txt'));
    expect(sacrebleu.references).toBe(checksum(made.translations, 'references.txt'));
  });

  test("translates with a checkpoint's weights where one is connected, and refuses those of another network", async () => {
    const averaged = await bench.run(bleu, params, { corpus: data, model }, outputs);
    const last = await bench.run(bleu, params, { corpus: data, model, checkpoint }, outputs);
    const { meanScore } = bench.read(last.translations, 'translations');
    expect(meanScore).not.toBe(bench.read(averaged.translations, 'translations').meanScore);
    const alone = await bench.run(bleu, params, { corpus: data, model: withWeights(model, checkpoint) }, outputs);
    expect(meanScore).toBe(bench.read(alone.translations, 'translations').meanScore);
    await expect(bench.run(bleu, params, { corpus: data, model, checkpoint: supernet }, outputs)).rejects.toThrow(
      StageError,
    );
  });

  test('twice gives the same bytes, confidence intervals included', async () => {
    const first = await bench.run(bleu, params, { corpus: data, model }, outputs);
    const second = await bench.run(bleu, params, { corpus: data, model }, outputs);
    for (const file of ['bleu.json', 'sentences.json'])
      expect(lines(first.bleu, file)).toEqual(lines(second.bleu, file));
  });
});

describe('the n best translations', () => {
  const ranked = (folder: string) =>
    lines(folder, 'nbest.jsonl').map(
      (line) => (JSON.parse(line) as { hypotheses: { score: number; tokens: string }[] }).hypotheses,
    );

  test('are kept with their scores, best first, and the first of each is what is scored', async () => {
    const one = await bench.run(bleu, params, { corpus: data, model }, outputs);
    const two = await bench.run(bleu, { ...params, nBest: 2 }, { corpus: data, model }, outputs);
    expect(document(two.bleu)).toEqual(document(one.bleu));
    expect(bench.read(two.translations, 'translations')).toMatchObject({ beam: 2, nBest: 2 });
    const best = ranked(two.translations);
    expect(best.map(([first]) => [first])).toEqual(ranked(one.translations));
    expect(best.map(([{ tokens }]) => tokens)).toEqual(lines(two.translations, 'hypotheses.txt'));
    for (const [first, second] of best) expect(first.score).toBeGreaterThanOrEqual(second.score);
    const mean = best.reduce((sum, [{ score }]) => sum + score, 0) / best.length;
    expect(bench.read(two.translations, 'translations').meanScore).toBeCloseTo(mean, 5);
  });

  test('are no more than a beam finishes', async () => {
    const run = bench.run(bleu, { ...params, nBest: 3 }, { corpus: data, model }, outputs);
    await expect(run).rejects.toThrow(StageError);
    await expect(run).rejects.toThrow(/nBest is 3, and a beam of 2/);
  });
});

describe('with the raw corpus', () => {
  test("its text is sacreBLEU's reference, and the headline does not change", async () => {
    const made = await bench.run(bleu, params, { corpus: data, model, raw: rawCorpus() }, outputs);
    const without = await bench.run(bleu, params, { corpus: data, model }, outputs);
    expect(lines(made.translations, 'references.txt')).toEqual(
      lines(data, 'test.target.txt').map((line) => line.toUpperCase()),
    );
    expect(document(made.bleu)).toMatchObject({
      score: document(without.bleu).score,
      sacrebleu: { references: 'raw' },
    });
  });

  test('another one than the corpus was made from is refused', async () => {
    const run = bench.run(bleu, params, { corpus: data, model, raw: rawCorpus((line) => `${line} x`) }, outputs);
    await expect(run).rejects.toThrow(StageError);
    await expect(run).rejects.toThrow(
      /is not what the corpus was made from: sentence 1 of test is another one. Connect the raw corpus/,
    );
  });
});
