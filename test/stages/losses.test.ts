import { beforeAll, describe, expect, test } from '@jest/globals';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import finetune from '../../stages/finetune.ts';
import losses from '../../stages/losses.ts';
import type { LossesDocument, ModelDocument } from '../../schemas/types.ts';
import { readLosses } from '../../src/artifacts/losses.ts';
import { readModel } from '../../src/artifacts/model.ts';
import { batchOf } from '../../src/batching/pairs.ts';
import { lossOf, type LossSums } from '../../src/model/loss.ts';
import { architectureOf, extremeGenes } from '../../src/nas/space.ts';
import { loadArtifactSchemas } from '../../src/runner/catalogue/artifacts.ts';
import { ArtifactChecker } from '../../src/runner/execute/artifact-check.ts';
import { lengthsOf, readSplit } from '../../src/text/dataset.ts';
import { finetuneParams, StageBench, tinySpace, trainParams } from '../support/stage-bench.ts';

const bench = new StageBench();
const data = bench.corpus({ valid: 40 });
const params = { splits: ['test', 'valid'], labelSmoothing: 0.1, smoothing: 'dictionary' };
let model: string;
let checkpoint: string;
let folder: string;
let document: LossesDocument;

const measure = async (settings: object = {}, inputs: Record<string, string> = {}) =>
  (await bench.run(losses, { ...params, ...settings }, { corpus: data, model, ...inputs }, ['losses'])).losses;
const documentOf = (of: string) => bench.read(of, 'losses') as unknown as LossesDocument;

beforeAll(async () => {
  const subnet = bench.document('subnet', {
    architecture: architectureOf(tinySpace, extremeGenes(tinySpace).smallest),
  });
  const { labelSmoothing, norm, kernels, maxTokens } = trainParams;
  // As many tokens of validation as there are, and more.
  const settings = { ...finetuneParams, labelSmoothing, norm, kernels, maxTokens, validationTokens: 100_000 };
  ({ model, checkpoint } = await bench.run(finetune, settings, { corpus: data, subnet }, [
    'checkpoint',
    'model',
    'metrics',
  ]));
  folder = await measure();
  document = documentOf(folder);
}, 60_000);

describe('the losses of a model', () => {
  test('are a valid artifact that names both splits, and repeat to the byte', async () => {
    expect(new ArtifactChecker(loadArtifactSchemas('.')).problem('losses', folder)).toBeUndefined();
    expect(document.summary).toMatch(/^loss \d\.\d{3} on test \(perplexity [\d.]+, \d+ tokens\), \d\.\d{3} on valid /);
    const again = await measure();
    for (const file of ['losses.json', 'sentences.json'])
      expect(readFileSync(path.join(again, file), 'utf8')).toBe(readFileSync(path.join(folder, file), 'utf8'));
  });

  test('on validation are what fine-tuning measured on all of it', () => {
    const { validation } = bench.read(model, 'model') as unknown as ModelDocument;
    expect(document.splits.valid!.smoothed).toBeCloseTo(validation!.smoothed, 5);
    expect(document.splits.valid!.likelihood).toBeCloseTo(validation!.likelihood, 5);
    expect(document.splits.valid!.perplexity).toBeCloseTo(Math.exp(validation!.likelihood), 3);
  });

  test('are kept for each sentence, as it is by itself in a batch', () => {
    const pairs = readSplit(data, 'valid');
    const { net } = readModel(model);
    const { sentences } = readLosses(folder, 'valid')!;
    expect(sentences.map(({ tokens }) => tokens)).toEqual([...lengthsOf(pairs.target)]);
    sentences.forEach((sums, i) => {
      const alone: LossSums = lossOf(net, batchOf(pairs, [i]), 0.1);
      expect(sums.smoothed).toBeCloseTo(alone.smoothed, 4);
      expect(sums.likelihood).toBeCloseTo(alone.likelihood, 4);
    });
    net.dispose();
  });

  test('are on the very same pairs for any other weights, which a checkpoint gives, and told from those of a corpus apart', async () => {
    const other = await measure({}, { checkpoint });
    const { pairs, sentences } = readLosses(other, 'test')!;
    const own = readLosses(folder, 'test')!;
    expect(pairs).toBe(own.pairs);
    expect(sentences).not.toEqual(own.sentences);
    expect(readLosses(folder, 'valid')!.pairs).not.toBe(own.pairs);
  });

  test('are of the splits and the smoothing that are asked for', async () => {
    const plain = await measure({ splits: ['test'], labelSmoothing: 0 });
    const { splits } = documentOf(plain);
    expect(splits).toEqual({ test: expect.anything() });
    expect(splits.test!.smoothed).toBeCloseTo(splits.test!.likelihood, 9);
    expect(splits.test!.likelihood).toBeCloseTo(document.splits.test!.likelihood, 9);
    expect(readLosses(plain, 'valid')).toBeUndefined();
  });

  test('of a damaged file are refused with its name and what to do', async () => {
    const damaged = await measure({ splits: ['test'] });
    const file = path.join(damaged, 'sentences.json');
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.replace(/\n\[\d+,/, '\n[0,'));
    expect(() => readLosses(damaged, 'test')).toThrow(
      /sentences\.json is damaged: sentence 1 of test .* Run the losses stage again\.$/,
    );
    writeFileSync(file, text.slice(0, -10));
    expect(() => readLosses(damaged, 'test')).toThrow(/is damaged: it is not JSON/);
  });

  test('of a corpus without such pairs are refused', async () => {
    const empty = bench.corpus({ valid: 0 });
    await expect(bench.run(losses, params, { corpus: empty, model }, ['losses'])).rejects.toThrow(
      'The corpus has no valid pairs: losses cannot be measured.',
    );
  });
});
