import { describe, expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import * as classes from '../../src/text/characters/classes.ts';
import { lowercase } from '../../src/text/lowercase.ts';
import { tokenize } from '../../src/text/tokenizer.ts';

let all = '';
for (let code = 0; code <= 0x10ffff; code++) if (code < 0xd800 || code > 0xdfff) all += String.fromCodePoint(code);

// As the files of Unicode 14.0.0 count them: DerivedCoreProperties.txt and DerivedGeneralCategory.txt, at the end of each part.
test.each([
  ['alphabetic', 133_396],
  ['alphanumeric', 133_396 + 660],
  ['number', 1_791],
  ['lowercaseClass', 2_471],
  ['lowercaseLetter', 2_227],
  ['currency', 63],
  ['hasLowercase', 1_433],
] as const)('the class %s has the %i characters of Unicode 14', (name, count) => {
  const found = [...all.matchAll(new RegExp(`[${classes[name]}]+`, 'gu'))].reduce(
    (sum, [run]) => sum + [...run].length,
    0,
  );
  expect(found).toBe(count);
});

describe('every character, in places where its class decides', () => {
  const ranges = [
    [0x20, 0x3410],
    [0x4db0, 0x4e10],
    [0x9ff0, 0xac10],
    [0xd790, 0xd7ff],
    [0xe000, 0xe010],
    [0xf8f0, 0xfdcf],
    [0xfdf0, 0xfffd],
    [0x10000, 0x14700],
    [0x16800, 0x18d20],
    [0x1aff0, 0x1fc00],
    [0x20000, 0x20010],
    [0xe0000, 0xe01ff],
  ];
  const cases = ranges.flatMap(([from, to]) =>
    Array.from({ length: to - from + 1 }, (_, i) => {
      const c = String.fromCodePoint(from + i);
      return `x${c}y ${c}, 1,${c} 2'${c} ${c}'s z. ${c}b`;
    }),
  );
  const lines = Array.from({ length: Math.ceil(cases.length / 64) }, (_, i) =>
    cases.slice(64 * i, 64 * (i + 1)).join(' '),
  );
  const digestAfter = (change: (line: string) => string): string => {
    const hash = createHash('sha256');
    for (const line of lines) hash.update(`${change(line)}\n`);
    return hash.digest('hex');
  };

  // Both printed by golden/characters.pl.
  test('is tokenised as by tokenizer.perl with Perl 5.36', () => {
    expect(digestAfter((line) => tokenize(line, 'en'))).toBe(
      'abc9896caf4e3edc9f4d5fbed9739c5ad676a2f51b9862ef9ba196f822449536',
    );
  });

  test('is lowercased as by lowercase.perl with Perl 5.36', () => {
    expect(digestAfter(lowercase)).toBe('6ad4f8321c29182a12d77923e01cc59834d47f63bf0ed5d1f31406d188af6a5d');
  });
});

test.each([
  ['vaͤter', 'va ͤ ter', 'a letter from Unicode 16 on'],
  ['a\u{10d50}b', 'a \u{10d50} b', 'a letter that came with Unicode 16'],
])('%s becomes %s: %s', (line, tokens) => {
  expect(tokenize(line, 'de')).toBe(tokens);
});

test('a capital that came after Unicode 14 stays, and those around it become small', () => {
  expect(lowercase('A\u{10d50}Σ\u1c89\ua7dcB')).toBe('a\u{10d50}σ\u1c89\ua7dcb');
});
