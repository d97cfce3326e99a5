import { describe, expect, test } from '@jest/globals';
import { Include } from '../../src/fetch/include.ts';

const PATHS = ['de-en/train.de', 'de-en/train.en', 'de-en/dev/valid.de', 'de-enx/train.de', 'README', 'a+b/train.de'];

function kept(...patterns: string[]): string[] {
  const include = new Include(patterns);
  return PATHS.filter((path) => include.keeps(path));
}

describe('include', () => {
  test('without patterns keeps everything', () => {
    expect(kept()).toEqual(PATHS);
  });

  test('a folder keeps all below it, and not what merely begins like it', () => {
    const below = ['de-en/train.de', 'de-en/train.en', 'de-en/dev/valid.de'];
    expect(kept('de-en')).toEqual(below);
    expect(kept('./de-en/')).toEqual(below);
  });

  test('a star stays within one part, two stars do not', () => {
    expect(kept('*.de')).toEqual([]);
    expect(kept('de-en/*.de')).toEqual(['de-en/train.de']);
    expect(kept('**/*.de')).toEqual(['de-en/train.de', 'de-en/dev/valid.de', 'de-enx/train.de', 'a+b/train.de']);
    expect(kept('**/README')).toEqual(['README']);
    expect(kept('de-en/train.?n')).toEqual(['de-en/train.en']);
  });

  test('other signs stand for themselves', () => {
    expect(kept('a+b/train.de')).toEqual(['a+b/train.de']);
    expect(kept('de-en/train+de')).toEqual([]);
  });

  test('a pattern that kept nothing is an error that tells what there was', () => {
    const include = new Include(['README', 'trian.de']);
    for (const path of PATHS) include.keeps(path);
    expect(() => include.checkAllUsed('x.zip')).toThrow(/"trian\.de", but x\.zip holds no such file.*de-en\/train\.de/);
  });
});
