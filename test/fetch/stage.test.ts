import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, join, relative } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { createAjv } from '../../src/runner/catalogue/ajv.ts';
import type { FetchOptions } from '../../src/fetch/source.ts';
import { readSchema } from '../../src/runner/catalogue/schema-file.ts';
import { StageError } from '../../src/runner/stage.ts';
import type { ProgressUpdate } from '../../src/runner/stage.ts';
import type { RawCorpus } from '../../src/text/corpora/raw-corpus.ts';
import fetchStage from '../../stages/fetch.ts';
import { fileHandler, serve, statusHandler } from './server.ts';
import { readTree, sha256, tar, temporaryFile, temporaryFolder, writeTree } from './support.ts';
import { noParts } from '../support/parts.ts';

const FILES = { 'train.de': 'Guten Tag\n', 'train.en': 'Good day\n' };
const ARCHIVE = gzipSync(tar(Object.entries(FILES).map(([name, content]) => ({ name, content }))));
const RECORDS = Object.entries(FILES).map(([path, content]) => ({
  path,
  bytes: content.length,
  sha256: sha256(content),
}));
const ORIGIN = { bytes: ARCHIVE.length, sha256: sha256(ARCHIVE) };

const ajv = createAjv();
const schema = (name: string) => readSchema(join('schemas', name)).value;
const valid = ajv.compile<FetchOptions>(schema('stages/fetch.json').params as object);
const validCorpus = ajv.compile<RawCorpus>(schema('artifacts/raw-corpus.schema.json'));

/** Runs the stage as the runner would: parameters checked and filled in by the schema. */
async function run(params: Partial<FetchOptions>) {
  const given: unknown = structuredClone(params);
  if (!valid(given)) throw new Error(ajv.errorsText(valid.errors));
  const raw = await temporaryFolder();
  const updates: ProgressUpdate[] = [];
  const log: string[] = [];
  await fetchStage({
    params: given,
    inputs: {},
    gathered: {},
    outputs: { raw },
    progress: await temporaryFolder(),
    cores: 1,
    isStopping: () => false,
    parts: noParts,
    events: {
      progress: (update) => updates.push(update),
      metric: () => undefined,
      log: (message) => log.push(message),
      engine: () => undefined,
    },
  });
  const { 'raw-corpus.json': description, ...files } = await readTree(raw);
  const corpus: unknown = JSON.parse(description);
  if (!validCorpus(corpus)) throw new Error(ajv.errorsText(validCorpus.errors));
  return { corpus, files, updates, log };
}

describe('the fetch stage', () => {
  test('downloads, unpacks and describes an archive, and tells how far it is', async () => {
    const missing = await serve(statusHandler(404));
    const { url } = await serve(fileHandler([ARCHIVE]));
    const urls = [`${missing.url}/corpus.tgz`, `${url}/corpus.tgz`];
    const { corpus, files, updates } = await run({ url: urls, sha256: ORIGIN.sha256.toUpperCase() });
    expect(files).toEqual({ 'files/train.de': FILES['train.de'], 'files/train.en': FILES['train.en'] });
    // The mirror that answered is chance, the result is not: the first one stands for all.
    expect(corpus).toEqual({
      format: 'parallel',
      source: 'de',
      target: 'en',
      origin: { url: urls[0], ...ORIGIN },
      files: RECORDS,
    });
    expect(updates.at(-1)).toEqual({ done: ARCHIVE.length, total: ARCHIVE.length, unit: 'bytes' });
  });

  test('of a server that does not say how much there is, tells how much has come', async () => {
    const { url } = await serve((_, response) => {
      response.writeHead(200, { 'transfer-encoding': 'chunked' });
      response.write(ARCHIVE.subarray(0, 9), () => setTimeout(() => response.end(ARCHIVE.subarray(9)), 300));
    });
    const { updates } = await run({ url: `${url}/corpus.tgz`, sha256: ORIGIN.sha256 });
    expect(updates).toContainEqual({ done: ARCHIVE.length, unit: 'bytes' });
  });

  test('where only a size is known, takes a file of that size and gives the checksum to pin', async () => {
    const { url } = await serve(fileHandler([ARCHIVE]));
    const { corpus, log } = await run({ url: `${url}/corpus.tgz`, bytes: ARCHIVE.length });
    expect(corpus.origin).toEqual({ url: `${url}/corpus.tgz`, ...ORIGIN });
    expect(JSON.stringify(log)).toContain(ORIGIN.sha256);
    await expect(run({ url: `${url}/corpus.tgz`, bytes: ARCHIVE.length + 1 })).rejects.toThrow(
      `${ARCHIVE.length + 1} bytes`,
    );
  });

  test('prefers a path to a url, and checks it by the same checksum', async () => {
    const path = await temporaryFile('corpus.tgz', ARCHIVE);
    const { url, requests } = await serve(fileHandler([ARCHIVE]));
    const { corpus } = await run({ path, url, sha256: ORIGIN.sha256, format: 'iwslt14', source: 'en', target: 'de' });
    expect(corpus).toEqual({
      format: 'iwslt14',
      source: 'en',
      target: 'de',
      origin: { path: 'corpus.tgz', ...ORIGIN },
      files: RECORDS,
    });
    expect(requests).toEqual([]);
    await expect(run({ path, url, sha256: sha256('other') })).rejects.toThrow(
      /corpus\.tgz has the SHA-256 .* damaged, or another version/,
    );
    await expect(run({ path, bytes: 5 })).rejects.toThrow(/not 5: it is cut short/);
  });

  test('verifies before it unpacks', async () => {
    const bomb = await temporaryFile('x.tgz', tar([{ name: '../a' }]));
    await expect(run({ path: bomb, sha256: sha256('other') })).rejects.toThrow(/has the SHA-256/);
  });

  test('takes a folder, whose checksum is that of the list sha256sum prints', async () => {
    const folder = await temporaryFolder();
    await writeTree(folder, FILES);
    const { corpus, log } = await run({ path: relative(process.cwd(), folder), sha256: ORIGIN.sha256 });
    const list = RECORDS.map(({ path, sha256: digest }) => `${digest}  ${path}\n`).join('');
    expect(corpus.origin).toEqual({ path: basename(folder), bytes: 19, sha256: sha256(list) });
    expect(log.join()).toContain('was not checked');
  });

  test.each([
    ['data/train%2Ede.gz?download=1', 'train.de'],
    ['100%.gz', '100%'],
    ['%2e%2e%2fx.gz', 'x'],
    ['', 'data'],
  ])('names a single file by its URL: /%s', async (path, name) => {
    const packed = gzipSync(FILES['train.de']);
    const { url } = await serve(fileHandler([packed]));
    expect((await run({ url: `${url}/${path}`, sha256: sha256(packed) })).files).toEqual({
      [`files/${name}`]: FILES['train.de'],
    });
  });

  test('writes the embedded corpus, the same every time', async () => {
    const { corpus, files } = await run({ embedded: 'typescript' });
    expect(Object.keys(files).sort()).toEqual(
      ['test.de', 'test.en', 'train.de', 'train.en', 'valid.de', 'valid.en'].map((name) => `files/${name}`),
    );
    for (const split of ['train', 'valid', 'test']) {
      const [german, english] = ['de', 'en'].map((language) =>
        files[`files/${split}.${language}`].trimEnd().split('\n'),
      );
      expect(german.length).toBeGreaterThan(100);
      expect(german).toHaveLength(english.length);
    }
    const version = (JSON.parse(readFileSync('node_modules/typescript/package.json', 'utf8')) as { version: string })
      .version;
    expect(corpus.origin).toMatchObject({ embedded: 'typescript', version });
    expect((await run({ embedded: 'typescript' })).corpus).toEqual(corpus);
  });
});

describe('wrong parameters', () => {
  const url = 'http://127.0.0.1:1/x';

  test.each<[string, Partial<FetchOptions>, RegExp]>([
    ['two sources', { embedded: 'typescript', path: 'x' }, /leave out `path` and `url`/],
    ['an embedded corpus in another format', { embedded: 'typescript', format: 'iwslt14' }, /"parallel"/],
    [
      'an embedded corpus in another language',
      { embedded: 'typescript', source: 'fr' },
      /in de and en, not in fr and en/,
    ],
    ['a path to nothing', { path: 'no/such/file' }, /there is no .*no\/such\/file/],
    [
      'a path below the home folder to nothing',
      { path: '~/no/such/file' },
      new RegExp(join(homedir(), 'no/such/file')),
    ],
    ['a path to a device', { path: '/dev/null' }, /neither a file nor a folder/],
    ['a pattern that names nothing', { path: 'package.json', include: ['x'] }, /holds no such file/],
  ])('%s: one clear error', async (_, params, message) => {
    const attempt = run(params);
    await expect(attempt).rejects.toThrow(message);
    await expect(attempt).rejects.toThrow(StageError);
  });

  test.each<[string, object]>([
    ['a url with neither checksum nor size', { url }],
    ['a checksum that is none', { url, sha256: 'abc' }],
    ['a url that is none', { url: ['x'], sha256: ORIGIN.sha256 }],
    ['no mirrors', { url: [], sha256: ORIGIN.sha256 }],
    ['no source', {}],
    ['an empty path', { path: '' }],
    ['one language', { path: 'package.json', target: 'de' }],
    ['a language that is none', { path: 'x', source: 'xx' }],
    ['splits of a format that has its own', { path: 'x', format: 'iwslt14', splits: { train: 'x.{lang}' } }],
    ['a file of one side alone', { path: 'x', splits: { train: 'train.de' } }],
    ['an unknown key', { path: 'x', pth: 'x' }],
    ['a language that leads out of the folder', { path: 'x', source: '../de' }],
  ])('the schema refuses %s before anything runs', (_, params) => {
    expect(valid(params)).toBe(false);
  });
});
