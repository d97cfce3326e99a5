import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { appendFileSync, cpSync, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { openExport } from '../../src/onnx/runtime/open.ts';
import { readDocument } from '../../src/artifacts/documents.ts';
import { readCodec } from '../../src/translation/codec.ts';
import { makeProject, type TestProject } from '../support/project.ts';
import { StageBench } from '../support/stage-bench.ts';
import { trainedModel } from '../support/trained-model.ts';

const bench = new StageBench();
let project: TestProject;
let model: string;

beforeAll(async () => {
  model = await trainedModel(bench, bench.corpus());
  project = makeProject({});
});
afterAll(() => project.remove());

test('export --onnx writes a folder that translates as translate does', async () => {
  const { exitCode, stderr } = await project.run(['export', model, '--onnx', 'out/here']);
  const folder = path.join(project.folder, 'out/here');
  const graphs = ['encoder.onnx', 'decoder.onnx'];
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: expect.stringMatching(/ is in out\/here: float32, \d/) });
  expect(readdirSync(folder).sort()).toEqual(
    [...graphs, 'codes.txt', 'dict.source.txt', 'dict.target.txt', 'manifest.json'].sort(),
  );
  const lines = ['a b c', 'g e d f h a b', 'h'];
  const codec = readCodec(model, readDocument(model, 'model'));
  const net = await openExport(folder);
  const found = await net.search(
    lines.map((line) => codec.encode(line)),
    { beam: 5, lengthPenalty: 1, maxLength: 200 },
  );
  await net.dispose();
  const translated = await project.run(['translate', model, ...lines, '--engine', 'wasm']);
  expect(found.map(([{ ids }]) => codec.decode(ids).text)).toEqual(translated.stdout.split('\n').slice(0, -1));

  const json = await project.run(['export', model, '--onnx', 'small', '--precision', 'int8', '--json']);
  const { bytes } = JSON.parse(json.stdout) as { bytes: number };
  const sizeOf = (name: string) =>
    graphs.reduce((sum, graph) => sum + statSync(path.join(project.folder, name, graph)).size, 0);
  expect(bytes).toBe(sizeOf('small'));
  expect(bytes).toBeLessThan(sizeOf('out/here'));
  expect(JSON.parse(readFileSync(path.join(project.folder, 'small/manifest.json'), 'utf8'))).toMatchObject({
    precision: 'int8',
    languages: { source: 'de', target: 'en' },
  });
});

test.each([
  ['a folder that is there', () => ['export', model, '--onnx', '.'], '. is already there'],
  ['what is no model', () => ['export', 'nothing', '--onnx', 'x'], 'there is no model "nothing"'],
  ['an archive besides', () => ['export', model, 'x.tar', '--onnx', 'x'], 'export --onnx does not take "x.tar"'],
  [
    'a precision without a model to export',
    () => ['export', model, 'x.tar', '--precision', 'int8'],
    '--precision is of',
  ],
  ['neither archive nor folder', () => ['export', model], 'export needs an archive'],
  [
    'a model with codes of another',
    () => {
      const spoilt = bench.folder();
      cpSync(model, spoilt, { recursive: true });
      appendFileSync(path.join(spoilt, 'codes.txt'), 'x y</w>\n');
      return ['export', spoilt, '--onnx', 'x'];
    },
    'codes.txt is not the file that the model was trained with',
  ],
])('export refuses %s, and leaves nothing', async (_, words, message) => {
  const { exitCode, stderr } = await project.run(words());
  expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: expect.stringContaining(message) });
  expect(existsSync(path.join(project.folder, 'x'))).toBe(false);
  expect(readdirSync(project.folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
});
