import { beforeAll, describe, expect, test } from '@jest/globals';
import { cpSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BleuDocument, OnnxDocument } from '../../schemas/types.ts';
import { loadArtifactSchemas } from '../../src/runner/catalogue/artifacts.ts';
import { ArtifactChecker } from '../../src/runner/execute/artifact-check.ts';
import bleu from '../../stages/bleu.ts';
import bleuOnnx from '../../stages/bleu-onnx.ts';
import exportStage from '../../stages/export.ts';
import { appendFileSync } from 'node:fs';
import { refusal } from '../support/refusal.ts';
import { StageBench } from '../support/stage-bench.ts';
import { trainedModel } from '../support/trained-model.ts';

const bench = new StageBench();
const corpus = bench.corpus();
const params = { split: 'test', beam: 2, nBest: 1, lengthPenalty: 1, maxLength: 8, batchSentences: 3 };
const scored = ['bleu', 'translations'];
let model: string;
let own: Record<string, string>;

const document = (folder: string) => bench.read(folder, 'bleu') as unknown as BleuDocument;
const hypotheses = (folder: string) =>
  readFileSync(path.join(folder, 'hypotheses.txt'), 'utf8').split('\n').slice(0, -1);

async function exported(precision: string): Promise<string> {
  return (await bench.run(exportStage, { precision }, { model }, ['onnx'])).onnx;
}

beforeAll(async () => {
  model = await trainedModel(bench, corpus);
  own = await bench.run(bleu, params, { corpus, model }, scored);
});

describe('exporting a model', () => {
  test('gives a valid artifact, the same bytes each time', async () => {
    const [onnx, again] = [await exported('float32'), await exported('float32')];
    const checker = new ArtifactChecker(loadArtifactSchemas(fileURLToPath(new URL('../..', import.meta.url))));
    expect(checker.problem('onnx', onnx)).toBeUndefined();
    for (const file of ['encoder.onnx', 'decoder.onnx', 'manifest.json', 'onnx.json'])
      expect(readFileSync(path.join(again, file)).equals(readFileSync(path.join(onnx, file)))).toBe(true);
    const { bytes } = bench.read(onnx, 'onnx') as unknown as OnnxDocument;
    expect(bytes).toBe(
      ['encoder', 'decoder'].reduce((sum, name) => sum + statSync(path.join(onnx, `${name}.onnx`)).size, 0),
    );
  });

  test('scores by ONNX Runtime as by the engine, with the same lines and counts', async () => {
    const made = await bench.run(bleuOnnx, params, { corpus, onnx: await exported('float32'), ...own }, scored);
    expect(hypotheses(made.translations)).toEqual(hypotheses(own.translations));
    const { summary: _, exported: beside, ...figures } = document(made.bleu);
    const { summary: __, ...ownFigures } = document(own.bleu);
    expect(figures).toEqual(ownFigures);
    expect(beside).toEqual({ precision: 'float32', loss: 0, equalLines: hypotheses(own.translations).length });
  });

  test('in 8 bits says what is lost', async () => {
    const made = await bench.run(bleuOnnx, params, { corpus, onnx: await exported('int8'), ...own }, scored);
    const [before, after] = [hypotheses(own.translations), hypotheses(made.translations)];
    const { score, summary, exported: beside } = document(made.bleu);
    expect(beside).toEqual({
      precision: 'int8',
      loss: document(own.bleu).score - score,
      equalLines: before.filter((line, i) => line === after[i]).length,
    });
    expect(summary).toContain('ONNX, int8, ');
  });

  test('is refused where dictionaries are of another model', async () => {
    const spoilt = bench.folder();
    cpSync(model, spoilt, { recursive: true });
    appendFileSync(path.join(spoilt, 'codes.txt'), 'x y</w>\n');
    const message = await refusal(bench.run(exportStage, { precision: 'float32' }, { model: spoilt }, ['onnx']));
    expect(message).toContain('codes.txt is not the file that the model was trained with');
  });
});

describe('scoring an exported model is refused', () => {
  test('with a corpus of another text', async () => {
    const other = bench.corpus({ letters: 'stuvwxyz' });
    const message = await refusal(
      bench.run(bleuOnnx, params, { corpus: other, onnx: await exported('float32') }, scored),
    );
    expect(message).toMatch(/"corpus".*"onnx".*do not belong together/);
  });

  test('beside scores of another split', async () => {
    const message = await refusal(
      bench.run(bleuOnnx, { ...params, split: 'valid' }, { corpus, onnx: await exported('float32'), ...own }, scored),
    );
    expect(message).toContain('The input "bleu" is of test, and valid is translated');
  });

  test('where a graph is not the one that was exported', async () => {
    const onnx = await exported('float32');
    appendFileSync(path.join(onnx, 'decoder.onnx'), 'x');
    const message = await refusal(bench.run(bleuOnnx, params, { corpus, onnx }, scored));
    expect(message).toContain('decoder.onnx is not the file that was exported');
  });
});
