import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { chmodSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { architectureOf, extremeGenes } from '../../src/nas/space.ts';
import finetune from '../../stages/finetune.ts';
import trainSupernet from '../../stages/train-supernet.ts';
import { makeProject } from '../support/project.ts';
import type { TestProject } from '../support/project.ts';
import { finetuneParams, StageBench, tinySpace, trainParams } from '../support/stage-bench.ts';

/** Sentences of letters, whose translations are their reversals. */
const text = 'a b c\n\nGEDFH a b\r\n   \nh';
const bench = new StageBench();
let project: TestProject;
let model: string;

beforeAll(async () => {
  const corpus = bench.corpus();
  const { checkpoint } = await bench.run(trainSupernet, { ...trainParams, updates: 30 }, { corpus }, ['checkpoint', 'sampled', 'metrics']);
  const subnet = bench.document('subnet', { architecture: architectureOf(tinySpace, extremeGenes(tinySpace).largest) });
  ({ model } = await bench.run(finetune, { ...finetuneParams, updates: 30 }, { corpus, checkpoint, subnet }, ['checkpoint', 'model', 'metrics']));
  project = makeProject({ 'text.txt': text });
});
afterAll(() => project.remove());

/** A command with this text for standard input. */
async function run(words: string[], input = '') {
  const { process, result } = project.start(['translate', ...words, '--engine', 'wasm']);
  process.stdin!.on('error', () => undefined);
  process.stdin!.end(input);
  return result;
}

/** A copy of the model that may be spoilt. */
function spoilt(change: (folder: string) => void): string {
  const folder = bench.folder();
  cpSync(model, folder, { recursive: true });
  change(folder);
  return folder;
}

function edit(folder: string, file: string, change: (content: string) => string): void {
  const name = path.join(folder, file);
  chmodSync(name, 0o644);
  writeFileSync(name, change(readFileSync(name, 'utf8')));
}

describe('translate', () => {
  test('gives a line for each line of a file or of standard input, and empty lines for empty ones', async () => {
    const { exitCode, stdout, stderr } = await run([model, 'text.txt', '--max-length', '8']);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    const lines = stdout.split('\n');
    expect(lines).toHaveLength(6);
    expect([lines[1], lines[3], lines[5]]).toEqual(['', '', '']);
    for (const i of [0, 2, 4]) expect(lines[i]).toMatch(/^\S/);
    expect((await run([model, '--max-length', '8'], text)).stdout).toBe(stdout);
  });

  test('with n-best prints line, rank, score and text, and the first of each is the translation', async () => {
    const plain = (await run([model, 'text.txt', '--beam', '3'])).stdout.split('\n');
    const { stdout } = await run([model, 'text.txt', '--beam', '3', '--n-best', '2']);
    const rows = stdout.trimEnd().split('\n').map((row) => row.split('\t'));
    expect(rows.map(([line, rank]) => `${line}.${rank}`)).toEqual(['1.1', '1.2', '2.1', '3.1', '3.2', '4.1', '5.1', '5.2']);
    for (const [line, rank, , translation] of rows) if (rank === '1') expect(translation).toBe(plain[Number(line) - 1]);
    for (const line of ['1', '3', '5']) {
      const [first, second] = rows.filter((row) => row[0] === line).map(([, , score]) => Number(score));
      expect(first).toBeGreaterThanOrEqual(second);
      expect(first).toBeLessThan(0);
    }
  });

  test('as JSON is an object a line, with the source', async () => {
    const { stdout } = await run([model, '--json'], text);
    const objects = stdout.trimEnd().split('\n').map((line) => JSON.parse(line) as { line: number; source: string; hypotheses: object[] });
    expect(objects.map(({ line, source }) => [line, source])).toEqual([[1, 'a b c'], [2, ''], [3, 'GEDFH a b'], [4, '   '], [5, 'h']]);
    expect(objects[1].hypotheses).toEqual([{ score: 0, tokens: '', text: '' }]);
    expect(objects[0].hypotheses).toEqual([{ score: expect.any(Number), tokens: expect.any(String), text: expect.any(String) }]);
  });

  test('goes on no longer than someone reads', async () => {
    const { process, result } = project.start(['translate', model, '--engine', 'wasm']);
    process.stdin!.on('error', () => undefined);
    const feed = setInterval(() => process.stdin!.writable && process.stdin!.write('a b\n'.repeat(100)), 50);
    process.stdout!.once('data', () => process.stdout!.destroy());
    expect(await result).toMatchObject({ exitCode: 0, stderr: '' });
    clearInterval(feed);
  });

  test('translates what has come before the input ends, and ends at SIGINT', async () => {
    const { process, result } = project.start(['translate', model, '--engine', 'wasm']);
    process.stdin!.write('a b\n');
    await new Promise((resolve) => process.stdout!.once('data', resolve));
    process.kill('SIGINT');
    expect(await result).toMatchObject({ exitCode: 130, stderr: '' });
  });
});

describe('what cannot be translated', () => {
  test.each([
    [['.'], 2, /\. is not a model that can translate: model\.json is missing/],
    [['.', 'nothing.txt'], 2, /nothing\.txt does not exist/],
    [['.', '.'], 2, /\. is a folder/],
    [['.', '--n-best', '6'], 2, /--n-best is 6, and a beam of 5 finishes no more than 5 translations\nhint: give --beam 6/],
  ])('%j is one clear message', async (words, code, message) => {
    const { exitCode, stdout, stderr } = await run(words);
    expect({ exitCode, stdout }).toEqual({ exitCode: code, stdout: '' });
    expect(stderr).toMatch(message);
    expect(stderr).not.toContain('bug');
  });

  test.each<[string, (folder: string) => void, number, RegExp]>([
    ['lacks a file', (folder) => rmSync(path.join(folder, 'codes.txt')), 2, /file 'codes\.txt' \(BPE merges\.\) is missing/],
    ['has a document of another shape', (folder) => edit(folder, 'model.json', (json) => json.replace('"post"', '"none"')), 2, /model\.json at \/model\/norm: found "none", expected one of "post", "pre"/],
    ['has weights that are none', (folder) => writeFileSync(path.join(folder, 'weights.safetensors'), 'weights'), 1, /is not a usable safetensors file/],
  ])('a model that %s is refused with the place', async (_, change, code, message) => {
    const { exitCode, stdout, stderr } = await run([spoilt(change)], 'a b\n');
    expect({ exitCode, stdout }).toEqual({ exitCode: code, stdout: '' });
    expect(stderr).toMatch(message);
    expect(stderr).not.toContain('bug');
  });

  test('a model with files of its owner beside it is as good as any', async () => {
    const folder = spoilt((copy) => mkdirSync(path.join(copy, 'notes')));
    writeFileSync(path.join(folder, 'notes/README.md'), 'mine');
    expect(await run([folder], 'a\n')).toMatchObject({ exitCode: 0, stderr: '' });
  });
});
