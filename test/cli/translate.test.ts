import { vocabularyIn } from '../../src/artifacts/text-form.ts';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  cpSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeProject } from '../support/project.ts';
import type { TestProject } from '../support/project.ts';
import { StageBench } from '../support/stage-bench.ts';
import { trainedModel } from '../support/trained-model.ts';

/** Sentences of letters, whose translations are their reversals. */
const text = 'a b c\n\nGEDFH a b\r\n   \nh';
const program = fileURLToPath(new URL('../../bin/shrinknas.js', import.meta.url));
const bench = new StageBench();
let project: TestProject;
let model: string;

beforeAll(async () => {
  const corpus = bench.corpus();
  model = await trainedModel(bench, corpus);
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
    const rows = stdout
      .trimEnd()
      .split('\n')
      .map((row) => row.split('\t'));
    expect(rows.map(([line, rank]) => `${line}.${rank}`)).toEqual([
      '1.1',
      '1.2',
      '2.1',
      '3.1',
      '3.2',
      '4.1',
      '5.1',
      '5.2',
    ]);
    for (const [line, rank, , translation] of rows) if (rank === '1') expect(translation).toBe(plain[Number(line) - 1]);
    for (const line of ['1', '3', '5']) {
      const [first, second] = rows.filter((row) => row[0] === line).map(([, , score]) => Number(score));
      expect(first).toBeGreaterThanOrEqual(second);
      expect(first).toBeLessThan(0);
    }
  });

  test('as JSON is an object a line, with the source', async () => {
    const { stdout } = await run([model, '--json'], text);
    const objects = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { line: number; source: string; hypotheses: object[] });
    expect(objects.map(({ line, source }) => [line, source])).toEqual([
      [1, 'a b c'],
      [2, ''],
      [3, 'GEDFH a b'],
      [4, '   '],
      [5, 'h'],
    ]);
    expect(objects[1].hypotheses).toEqual([{ score: 0, tokens: '', text: '' }]);
    expect(objects[0].hypotheses).toEqual([
      { score: expect.any(Number), tokens: expect.any(String), text: expect.any(String) },
    ]);
  });

  test('takes files, standard input and lines of text in the order of its words, and numbers lines on', async () => {
    project.write({ 'second.txt': 'b\n', 'directory/third.txt': 'e\n' });
    const words = ['second.txt', 'a b/c', '-', 'd', './directory/third.txt', ''];
    const { exitCode, stdout, stderr } = await run([model, ...words, '--json', '--max-length', '8'], 'f g\nh\n');
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    const objects = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { line: number; source: string });
    expect(objects.map(({ line, source }) => [line, source])).toEqual([
      [1, 'b'],
      [2, 'a b/c'],
      [3, 'f g'],
      [4, 'h'],
      [5, 'd'],
      [6, 'e'],
      [7, ''],
    ]);
  });

  test('takes the link to a model that a run leaves', async () => {
    mkdirSync(path.join(project.folder, 'latest'));
    symlinkSync(model, path.join(project.folder, 'latest/model'));
    expect(await run(['latest/model', 'a'])).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/^\S+\n$/),
      stderr: '',
    });
  });

  test('prints no control characters of a dictionary, which JSON has escaped', async () => {
    const strange = spoilt((folder) => {
      edit(folder, 'dict.target.txt', (lines) => lines.replaceAll(/^(\S+) /gm, '$1\x1b[31m\x9b\x7f '));
      // As if it had been trained with them.
      edit(folder, 'model.json', (text) =>
        JSON.stringify({ ...(JSON.parse(text) as object), vocabulary: vocabularyIn(folder) }),
      );
    });
    const word = JSON.parse((await run([strange, 'a b', '--json', '--max-length', '1'])).stdout).hypotheses[0]
      .text as string;
    expect(word).toMatch(/^\S+\x1b\[31m\x9b\x7f$/);
    const letters = word.replaceAll(/[\x1b\x9b\x7f]/g, '');
    expect((await run([strange, 'a b', '--max-length', '1'])).stdout).toBe(`${letters}\n`);
    const table = (await run([strange, 'a b', '--max-length', '1', '--n-best', '2'])).stdout;
    expect(table).toMatch(/^1\t1\t-[\d.]+\t.*\n1\t2\t-[\d.]+\t.*\n$/);
    expect(table).not.toMatch(/[\x1b\x9b\x7f]/);
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
    [
      ['.', 'nowhere/nothing'],
      2,
      /nowhere\/nothing does not exist\nhint: .* To translate the word itself, give it to standard input/,
    ],
    [['.', '-', '-'], 2, /standard input is named twice/],
    [['.', '--beam', '101'], 2, /--beam is "101", and must be a whole number from 1 to 100/],
    [
      ['.', '--n-best', '6'],
      2,
      /--n-best is 6, and a beam of 5 finishes no more than 5 translations\nhint: give --beam 6/,
    ],
  ])('%j is one clear message', async (words, code, message) => {
    const { exitCode, stdout, stderr } = await run(words);
    expect({ exitCode, stdout }).toEqual({ exitCode: code, stdout: '' });
    expect(stderr).toMatch(message);
    expect(stderr).not.toContain('bug');
  });

  test.each<[string, (folder: string) => void, RegExp]>([
    [
      'lacks a file',
      (folder) => rmSync(path.join(folder, 'codes.txt')),
      /file 'codes\.txt' \(BPE merges\.\) is missing/,
    ],
    [
      'has a document of another shape',
      (folder) => edit(folder, 'model.json', (json) => json.replace('"post"', '"none"')),
      /model\.json at \/model\/norm: must be one of "post", "pre", found "none"/,
    ],
    [
      'has heads that do not divide',
      (folder) => edit(folder, 'model.json', (json) => json.replace(/"heads": \d/, '"heads": 3')),
      /\/model\.json: encoder layer 0 .* 3 heads\n/,
    ],
    [
      'is of an unknown language',
      (folder) => edit(folder, 'model.json', (json) => json.replace('"de"', '"xx"')),
      /\/model\.json: 'xx' is no language/,
    ],
    [
      'has a dictionary of another size',
      (folder) => edit(folder, 'dict.source.txt', (lines) => `${lines}more 1\n`),
      /\/model\.json: "model\.sourceTypes" is 16, and dict\.source\.txt has 17/,
    ],
    [
      'has weights that are none',
      (folder) => writeFileSync(path.join(folder, 'weights.safetensors'), 'weights'),
      /weights\.safetensors is not a usable safetensors file/,
    ],
  ])('a model that %s is refused with the place and what to do', async (_, change, message) => {
    const { exitCode, stdout, stderr } = await run([spoilt(change)], 'a b\n');
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(/^hint: A model is what the stage finetune writes/m);
    expect(stderr).not.toContain('bug');
  });

  test.each<[string, Buffer, RegExp]>([
    ['too long', Buffer.from('b '.repeat(1024)), /Line 3 has 1025 tokens/],
    ['not UTF-8', Buffer.from([0x62, 0xff]), /spoilt\.txt, line 3 is not UTF-8 text/],
  ])('a line that is %s is named after the translations of those before it', async (_, line, message) => {
    writeFileSync(
      path.join(project.folder, 'spoilt.txt'),
      Buffer.concat([Buffer.from('a\nb\n'), line, Buffer.from('\nc\n')]),
    );
    const { exitCode, stdout, stderr } = await run([model, 'spoilt.txt', '--max-length', '2']);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^\S.*\n\S.*\n$/);
    expect(stderr).toMatch(message);
    expect(stderr).not.toContain('bug');
  });

  test('a line that is too long is skipped or split where told, and lines stay aligned', async () => {
    const input = `a\n${'b '.repeat(1024)}\nc\n`;
    for (const [long, second] of [
      ['skip', ''],
      ['split', expect.stringMatching(/\S/)],
    ] as const) {
      const { exitCode, stdout, stderr } = await run(
        [model, '--long', long, '--max-length', '200', '--beam', '1'],
        input,
      );
      expect(exitCode).toBe(0);
      expect(stdout.split('\n')).toEqual([expect.stringMatching(/\S/), second, expect.stringMatching(/\S/), '']);
      expect(stderr).toMatch(/^warning: Line 2 has 1025 tokens/);
    }
  });

  const isRoot = process.getuid?.() === 0;
  (isRoot ? test.skip : test)('a file that one may not read is one clear message', async () => {
    project.write({ 'secret.txt': 'a\n' });
    chmodSync(path.join(project.folder, 'secret.txt'), 0);
    expect(await run([model, 'secret.txt'])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringMatching(/secret\.txt cannot be read: permission denied/),
    });
  });

  (process.platform === 'linux' ? test : test.skip)('nothing to where nothing can be written', () => {
    const full = openSync('/dev/full', 'w');
    const { status, stderr } = spawnSync(process.execPath, [program, 'translate', model, 'a', '--engine', 'wasm'], {
      cwd: project.folder,
      stdio: ['ignore', full, 'pipe'],
      encoding: 'utf8',
    });
    closeSync(full);
    expect(status).toBe(1);
    expect(stderr).toMatch(/^error: Standard output cannot be written \(ENOSPC/);
  });

  test('a model with files of its owner beside it is as good as any', async () => {
    const folder = spoilt((copy) => mkdirSync(path.join(copy, 'notes')));
    writeFileSync(path.join(folder, 'notes/README.md'), 'mine');
    expect(await run([folder], 'a\n')).toMatchObject({ exitCode: 0, stderr: '' });
  });
});
