import { describe, expect, test } from '@jest/globals';
import type { BleuDocument } from '../../schemas/types.ts';
import { existsSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import fetch from '../../stages/fetch.ts';
import preprocess from '../../stages/preprocess.ts';
import { fullDisk } from '../../src/stage/full-disk.ts';
import { guarded } from '../../src/stage/guard.ts';
import { writeDocument } from '../../src/artifacts/documents.ts';
import type { StageContext } from '../../src/runner/stage.ts';
import type { FetchOptions } from '../../src/fetch/source.ts';
import type { RecipeOptions } from '../../src/text/recipe.ts';
import { folderWith } from '../text/folder.ts';
import { writeParallel } from '../text/raw-corpus.ts';
import { noParts } from '../support/parts.ts';

// Linux's own full disk.
const onLinux = existsSync('/dev/full') ? describe : describe.skip;

/** An output folder in a store whose file of that name takes no byte. */
function fullFolder(output: string, file: string): { store: string; folder: string } {
  const store = folderWith({ [`${output}/other`]: '' });
  const folder = path.join(store, output);
  symlinkSync('/dev/full', path.join(folder, file));
  return { store, folder };
}

function context<Params>(given: Partial<StageContext<Params>>): StageContext<Params> {
  const nothing = () => undefined;
  return {
    params: {} as Params,
    inputs: {},
    gathered: {},
    outputs: {},
    progress: folderWith(),
    cores: 1,
    isStopping: () => false,
    parts: noParts,
    events: { progress: nothing, metric: nothing, log: nothing, engine: nothing },
    ...given,
  };
}

onLinux('a disk that is full ends a stage with a message that names the folder and what to do', () => {
  const message = (store: string) =>
    `No space is left on the disk of ${store} (ENOSPC). Make room there, or keep artifacts elsewhere with `
    + '--store PATH.';

  test('in preprocess', async () => {
    const raw = folderWith();
    const side = { source: ['a b', 'a b'], target: ['c d', 'c d'] };
    writeParallel(raw, { train: side, valid: side, test: side });
    const { store, folder } = fullFolder('corpus', 'dict.source.txt');
    const params: RecipeOptions = { recipe: 'auto', merges: 1, minLength: 1, maxLength: 9, ratio: 9, lowercase: true };
    await expect(preprocess(context({ params, inputs: { raw }, outputs: { corpus: folder } }))).rejects.toMatchObject({
      name: 'StageError',
      message: message(store),
    });
  });

  test('in fetch', async () => {
    const corpus = folderWith({ 'train.de': 'a', 'train.en': 'b' });
    const { store, folder } = fullFolder('raw', 'raw-corpus.json');
    const params = { path: corpus, format: 'parallel', source: 'de', target: 'en' } as FetchOptions;
    await expect(fetch(context({ params, outputs: { raw: folder } }))).rejects.toMatchObject({
      name: 'StageError',
      message: message(store),
    });
  });

  test('in any guarded stage', async () => {
    const { store, folder } = fullFolder('bleu', 'bleu.json');
    const stage = guarded(async ({ outputs }) => writeDocument(outputs.bleu, 'bleu', {} as BleuDocument));
    await expect(stage(context({ outputs: { bleu: folder } }))).rejects.toMatchObject({
      name: 'StageError',
      message: message(store),
    });
  });
});

test('a quota is told from a disk, and other errors are none of both', () => {
  const outputs = { corpus: path.join('store', 'draft', 'corpus') };
  expect(fullDisk(Object.assign(new Error('x'), { code: 'EDQUOT' }), outputs)?.message).toMatch(
    new RegExp(`^The quota is used up on the disk of ${path.join('store', 'draft')} \\(EDQUOT\\)`),
  );
  expect(fullDisk(Object.assign(new Error('x'), { code: 'ENOENT' }), outputs)).toBeUndefined();
  expect(fullDisk(new TypeError('x'), outputs)).toBeUndefined();
});
