import { describe, expect, test } from '@jest/globals';
import type { Json } from '../../../src/runner/stage.ts';
import { drawDifference, drawExactDifference, drawSigned, drawValue } from '../../../src/cli/render/difference.ts';
import { drawReasons } from '../../../src/cli/render/reasons.ts';

const [a, b] = ['a'.repeat(64), 'b'.repeat(64)];

describe('a difference on one line', () => {
  test.each([
    [0.1, 0.2, 'x: 0.1 → 0.2'],
    ['attention', 'ffn', 'x: attention → ffn'],
    [undefined, 3, 'x: (none) → 3'],
    [12, '12', 'x: 12 → "12"'],
    [true, 'true', 'x: true → "true"'],
    ['', 'two words', 'x: "" → two words'],
    [null, [1, { y: 2 }], 'x: null → [1,{"y":2}]'],
    [a, b, 'x: changed'],
    [undefined, b, 'x: new'],
    [a, undefined, 'x: gone'],
    [' padded', 'line\nbreak', 'x: " padded" → "line\\nbreak"'],
  ])('%j to %j', (before, after, text) => expect(drawDifference({ field: 'x', before, after })).toBe(text));

  test('long values are cut, but not where exactness was asked for', () => {
    const long = 'word '.repeat(50).trim();
    expect(drawValue(long)).toHaveLength(72);
    expect(drawExactDifference({ field: 'x', before: long, after: a })).toBe(`x: ${long} → aaaaaaaaaaaa`);
  });

  test('numbers have about six digits, whole ones all, and more where the difference needs them', () => {
    const draw = (before: Json, after: Json) => drawDifference({ field: 'x', before, after });
    expect(draw(31.123456789, 32.98765432198)).toBe('x: 31.1235 → 32.9877');
    expect(draw(1234567.891, 12345678901)).toBe('x: 1234568 → 12345678901');
    expect(draw([0.1 + 0.2, { a: 2e-7 / 3 }], null)).toBe('x: [0.3,{"a":6.66667e-8}] → null');
    expect(draw(1.00000001, 1.00000002)).toBe('x: 1.00000001 → 1.00000002');
  });

  test('of long texts that begin alike, both are shown from a little before the place where they part', () => {
    const common = 'the same words at the start '.repeat(5);
    const text = drawDifference({ field: 'x', before: `${common}BLEU 31.2 ${common}end`, after: `${common}BLEU 33.4` });
    expect(text).toMatch(/^x: ….{24}1\.2 .*… → ….{24}3\.4$/);
    expect(drawDifference({ field: 'x', before: common.trim(), after: common.slice(0, 100).trim() })).toMatch(
      /^x: ….* → ….{24}$/,
    );
    expect(drawDifference({ field: 'x', before: 'short text', after: 'short words' })).toBe(
      'x: short text → short words',
    );
  });

  test('signed changes are free of the noise of binary fractions', () => {
    expect([32.1 - 31.9, -1200, 1e-7].map(drawSigned)).toEqual(['+0.2', '−1200', '+1e-7']);
  });
});

describe('the reasons of a verdict', () => {
  test('are the first three, and the number of the others', () => {
    const reasons = [1, 2, 3, 4, 5].map((i) => ({ field: `params.p${i}`, before: 0, after: i }));
    expect(drawReasons(reasons)).toBe('params.p1: 0 → 1, params.p2: 0 → 2, params.p3: 0 → 3 and 2 more');
  });

  test('are words where no field differs', () => {
    const reasons = [
      { field: 'force', before: undefined, after: true },
      { field: 'record', before: undefined, after: 'first run' },
    ];
    expect(drawReasons(reasons)).toBe('forced, first run');
    expect(drawReasons([{ field: 'outputs.model', before: a, after: 'missing or damaged' }])).toBe(
      'outputs.model missing or damaged',
    );
  });
});
