import type { Json, JsonObject } from '../stage.ts';
import type { DocumentDifference } from './types.ts';

/** Arrays above this length are counted, not listed: nobody reads 5000 lines, and a curve's first point says little. */
const longArray = 16;

/**
 * Compares two JSON values by structure; the order of an object's keys does not count.
 * Objects and short arrays are entered, and every leaf that differs is one entry.
 */
export function diffDocuments(before: Json, after: Json): DocumentDifference[] {
  return compare(before, after, []);
}

/** Whether two JSON values are the same value. */
export function equalJson(a: Json, b: Json): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item, i) => equalJson(item, b[i]));
  if (!isObject(a) || !isObject(b)) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && equalJson(a[key], b[key]))
  );
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function compare(before: Json, after: Json, at: string[]): DocumentDifference[] {
  if (equalJson(before, after)) return [];
  if (isObject(before) && isObject(after)) return compareMembers(before, after, at);
  if (Array.isArray(before) && Array.isArray(after)) return compareArrays(before, after, at);
  const path = at.join('.');
  return typeof before === 'number' && typeof after === 'number'
    ? [{ path, kind: 'changed', before, after, change: after - before }]
    : [{ path, kind: 'changed', before, after }];
}

function compareMembers(before: JsonObject, after: JsonObject, at: string[]): DocumentDifference[] {
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].flatMap((key): DocumentDifference[] => {
    const inside = [...at, key];
    if (!Object.hasOwn(after, key)) return [{ path: inside.join('.'), kind: 'removed', before: before[key] }];
    if (!Object.hasOwn(before, key)) return [{ path: inside.join('.'), kind: 'added', after: after[key] }];
    return compare(before[key], after[key], inside);
  });
}

function compareArrays(before: Json[], after: Json[], at: string[]): DocumentDifference[] {
  const common = Math.min(before.length, after.length);
  const longer = Math.max(before.length, after.length);
  if (longer > longArray) {
    const unequal = before.slice(0, common).filter((item, i) => !equalJson(item, after[i])).length;
    const differing = unequal + longer - common;
    return [{ path: at.join('.'), kind: 'items', differing, lengthBefore: before.length, lengthAfter: after.length }];
  }
  const path = (i: number) => [...at, String(i)].join('.');
  return [
    ...before.slice(0, common).flatMap((item, i) => compare(item, after[i], [...at, String(i)])),
    ...before
      .slice(common)
      .map((item, i): DocumentDifference => ({ path: path(common + i), kind: 'removed', before: item })),
    ...after
      .slice(common)
      .map((item, i): DocumentDifference => ({ path: path(common + i), kind: 'added', after: item })),
  ];
}
