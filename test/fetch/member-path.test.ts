import { isAbsolute, join, relative, sep, win32 } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isHidden, memberPath } from '../../src/fetch/member-path.ts';

describe('the path of a member', () => {
  test.each([
    ['train.de', 'train.de'],
    ['./de-en/train.de', 'de-en/train.de'],
    ['a//b/', 'a/b'],
    ['Übung/ä.de', 'Übung/ä.de'],
    ['a/...b', 'a/...b'],
  ])('%j is written to %j', (name, path) => {
    expect(memberPath(name)).toEqual({ path });
  });

  test.each([
    ['../x', 'leads out'],
    ['a/../../x', 'leads out'],
    ['a/..', 'leads out'],
    ['/etc/passwd', 'absolute'],
    ['C:/x', 'drive letter'],
    ['./c:x', 'drive letter'],
    ['a\\..\\x', 'backslash'],
    ['a\0b', 'control character'],
    ['a\nb', 'control character'],
    ['', 'empty'],
    ['./', 'empty'],
    ['a\ufffd', 'UTF-8'],
    ['ä'.repeat(128), '255 bytes'],
    ['abc/'.repeat(300), '1024 bytes'],
  ])('%j is refused', (name, problem) => {
    expect(memberPath(name)).toEqual({ problem: expect.stringContaining(problem) });
  });

  test('no name that is accepted leads out of the folder, on Unix or on Windows', () => {
    const part = fc.oneof(
      fc.constantFrom('..', '.', '', 'a', 'C:', '...', '\\', '..\\', '\0', '~'),
      fc.string({ unit: 'grapheme' }),
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 6 }), fc.constantFrom('/', '\\', '//'), (parts, separator) => {
        const checked = memberPath(parts.join(separator));
        if ('problem' in checked) return;
        const below = relative('/target', join('/target', checked.path));
        expect(isAbsolute(below) || below === '' || below === '..' || below.startsWith(`..${sep}`)).toBe(false);
        expect(win32.resolve('D:\\target', checked.path).startsWith('D:\\target\\')).toBe(true);
        // Writing it again says the same: what is accepted is already in its final form.
        expect(memberPath(checked.path)).toEqual(checked);
      }),
      { numRuns: 2000 },
    );
  });

  test('hidden is what has a part that begins with a dot', () => {
    expect(['.DS_Store', 'a/._train.de', '.git/config'].every(isHidden)).toBe(true);
    expect(['a.b', 'a/b.c'].some(isHidden)).toBe(false);
  });
});
