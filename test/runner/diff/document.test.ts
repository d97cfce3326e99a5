import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isDeepStrictEqual } from 'node:util';
import { diffDocuments } from '../../../src/runner/diff/document.ts';
import type { DocumentDifference } from '../../../src/runner/diff/types.ts';
import type { Json } from '../../../src/runner/stage.ts';

const json = fc.jsonValue({ maxDepth: 4 }).map((value) => value as Json);

describe('comparing two JSON documents', () => {
  test('equal documents have no difference, whatever the order of their keys', () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(diffDocuments(value, reversedKeys(value))).toEqual([]);
      }),
    );
  });

  test('different documents have one', () => {
    fc.assert(
      fc.property(json, json, (before, after) => {
        expect(diffDocuments(before, after).length > 0).toBe(!isDeepStrictEqual(before, after));
      }),
    );
  });

  test('applying the differences to the earlier document gives the later one', () => {
    // Keys without dots, so that a path can be followed, and arrays that are listed rather than counted.
    const dotless: fc.Arbitrary<Json> = fc.letrec<{ value: Json }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 3 },
        fc.integer(),
        fc.string(),
        fc.boolean(),
        fc.array(tie('value'), { maxLength: 6 }),
        fc.dictionary(fc.stringMatching(/^[a-z]{1,2}$/), tie('value'), { maxKeys: 4 }),
      ),
    })).value;
    fc.assert(
      fc.property(dotless, dotless, (before, after) => {
        expect(patched(before, diffDocuments(before, after))).toEqual(after);
      }),
    );
  });

  test('numbers say by how much they changed, and leaves where they are', () => {
    const before: Json = {
      score: 31.5,
      genes: { encoder: [{ operator: 'attention' }, { operator: 'attention', heads: 4 }] },
    };
    const after: Json = {
      score: 32,
      genes: { encoder: [{ operator: 'attention' }, { operator: 'lightweight-convolution', heads: 4 }] },
    };
    expect(diffDocuments(before, after)).toEqual([
      { path: 'score', kind: 'changed', before: 31.5, after: 32, change: 0.5 },
      { path: 'genes.encoder.1.operator', kind: 'changed', before: 'attention', after: 'lightweight-convolution' },
    ]);
  });

  test('a change of type is one change and not many', () => {
    expect(diffDocuments({ a: [1, 2] }, { a: { 0: 1, 1: 2 } })).toEqual([
      { path: 'a', kind: 'changed', before: [1, 2], after: { 0: 1, 1: 2 } },
    ]);
  });

  test('items of a long array are counted', () => {
    const before = Array.from({ length: 5000 }, (_, i) => i);
    const after = before.map((value) => (value % 100 === 7 ? -value : value));
    expect(diffDocuments({ curve: before }, { curve: after })).toEqual([
      { path: 'curve', kind: 'items', differing: 50, lengthBefore: 5000, lengthAfter: 5000 },
    ]);
    expect(diffDocuments({ curve: before.slice(0, 40) }, { curve: after.slice(0, 60) })).toEqual([
      { path: 'curve', kind: 'items', differing: 21, lengthBefore: 40, lengthAfter: 60 },
    ]);
  });

  test('items of a short array that come or go are listed', () => {
    expect(diffDocuments([1, 2, 3], [1, 5])).toEqual([
      { path: '1', kind: 'changed', before: 2, after: 5, change: 3 },
      { path: '2', kind: 'removed', before: 3 },
    ]);
    expect(diffDocuments([1], [1, 2])).toEqual([{ path: '1', kind: 'added', after: 2 }]);
  });
});

function reversedKeys(value: Json): Json {
  if (Array.isArray(value)) return value.map(reversedKeys);
  if (typeof value !== 'object' || value === null) return value;
  // Not by assignment, which would lose a key named __proto__.
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, member]) => [key, reversedKeys(member)]),
  );
}

/** The document with the differences applied, by following their paths one by one. */
function patched(before: Json, differences: DocumentDifference[]): Json {
  const box = { root: structuredClone(before) } as Record<string, Json>;
  const removals: { parent: Json[]; length: number }[] = [];
  for (const difference of differences) {
    const steps = difference.path === '' ? [] : difference.path.split('.');
    let parent: Record<string, Json> = box;
    let key = 'root';
    for (const step of steps) {
      parent = parent[key] as Record<string, Json>;
      key = step;
    }
    if (difference.kind === 'items') throw new Error('arrays are too short to be counted');
    if (difference.kind !== 'removed') parent[key] = difference.after;
    else if (Array.isArray(parent)) removals.push({ parent, length: Number(key) });
    else delete parent[key];
  }
  for (const { parent, length } of removals) parent.length = Math.min(parent.length, length);
  return box.root;
}
