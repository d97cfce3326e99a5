import { afterAll, expect, test } from '@jest/globals';
import { build } from 'esbuild';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { folderWith } from '../folder.ts';
import { writeParallel } from '../raw-corpus.ts';

const project = path.dirname(path.dirname(path.dirname(path.dirname(fileURLToPath(import.meta.url)))));

// Below node_modules, so that packages are found from there as from a stage's own bundle.
const bundles = path.join(project, 'node_modules/.cache/shrinknas', `test-${process.pid}`);
afterAll(() => rmSync(bundles, { recursive: true, force: true }));

/**
 * The stage as it is bundled for its process, and a program that calls it. Threads need a file
 * that Node can start by itself.
 */
async function stageProgram(): Promise<string> {
  const [bundle, program] = ['stage.mjs', 'program.mjs'].map((name) => path.join(bundles, name));
  await build({
    entryPoints: [path.join(project, 'stages/preprocess.ts')],
    outfile: bundle,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    packages: 'external',
    minifyWhitespace: true,
    logLevel: 'silent',
  });
  mkdirSync(bundles, { recursive: true });
  writeFileSync(
    program,
    `import stage from './stage.mjs';
    const [raw, corpus, params, cores] = process.argv.slice(2);
    const events = { progress() {}, metric() {}, log() {} };
    stage({ params: JSON.parse(params), inputs: { raw }, outputs: { corpus }, cores: Number(cores), events })
      .catch((error) => { console.error(error.name + ': ' + error.message); process.exitCode = 1; });`,
  );
  return program;
}

/** Sentences of words by Zipf's law, with some nasty ones, the same every time. */
function sentences(count: number, seed: number): string[] {
  let state = seed;
  const random = (): number => (state = (state * 48271) % 0x7fffffff) / 0x7fffffff;
  const nasty = [
    'Dr.',
    "don't",
    'a,b',
    '1.000,5',
    '😀',
    'z.B.',
    '"so"',
    "'",
    'ÄÖ',
    'ΣΑΣ',
    'x\u2028y',
    '\0',
    '...',
    '<b>',
    'İ',
    'x'.repeat(1001),
  ];
  const word = (): string =>
    random() < 0.05 ? nasty[Math.floor(random() * nasty.length)] : `wort${Math.floor(Math.exp(9 * random()))}`;
  return Array.from({ length: count }, () => `${Array.from({ length: Math.floor(12 * random()) }, word).join(' ')}.`);
}

function digests(folder: string): Record<string, string> {
  return Object.fromEntries(
    readdirSync(folder).map((name) => [
      name,
      createHash('sha256')
        .update(readFileSync(path.join(folder, name)))
        .digest('hex'),
    ]),
  );
}

const params = JSON.stringify({
  recipe: 'auto',
  merges: 300,
  minLength: 1,
  maxLength: 175,
  ratio: 1.5,
  lowercase: true,
});
const start = promisify(execFile);

test('one, two and three threads write the same bytes', async () => {
  const program = await stageProgram();
  const raw = folderWith();
  const [source, target] = [sentences(45_000, 1), sentences(45_000, 2)];
  writeParallel(raw, {
    train: { source, target },
    valid: { source: source.slice(0, 100), target: target.slice(0, 100) },
    test: { source: source.slice(-100), target: target.slice(-100) },
  });
  const results: Record<string, string>[] = [];
  for (const cores of [1, 2, 3]) {
    const corpus = folderWith();
    await start(process.execPath, [program, raw, corpus, params, String(cores)]);
    results.push(digests(corpus));
  }
  expect(Object.keys(results[0])).toContain('train.source.ids.i32');
  expect(results[1]).toEqual(results[0]);
  expect(results[2]).toEqual(results[0]);
});

test('a bad line ends a run on threads with a message that names it', async () => {
  const program = await stageProgram();
  const files = Object.fromEntries(
    ['train', 'valid', 'test'].flatMap((split) =>
      ['de', 'en'].map((language) => [
        `files/${split}.${language}`,
        split === 'train' ? Buffer.concat([Buffer.from('a b c\n'.repeat(50_000)), Buffer.from([0xff, 0x0a])]) : 'a\n',
      ]),
    ),
  );
  const raw = folderWith({
    ...files,
    'raw-corpus.json': JSON.stringify({
      format: 'parallel',
      source: 'de',
      target: 'en',
      files: Object.keys(files).map((file) => ({ path: file.slice(6) })),
    }),
  });
  await expect(start(process.execPath, [program, raw, folderWith(), params, '2'])).rejects.toThrow(
    /StageError: .*train\.de, line 50001, is not UTF-8/,
  );
});
