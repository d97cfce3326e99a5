import canonicalize from 'canonicalize';
import type { Json, JsonObject } from '../stage.ts';
import type { Difference, KeyRecord } from '../records.ts';
import type { Digest } from '../types.ts';
import type { KeyFields } from './key.ts';

/** A key's fields with the digests of the source files behind `code`, which name what changed in it. */
export interface DescribedFields {
  fields: KeyFields;
  codeFiles: Record<string, Digest>;
}

/** Of a result that was accepted, the files are those that it was accepted for: `fields.code` is their digest. */
export function describedRecord({ fields, provenance, accepted }: KeyRecord): DescribedFields {
  return { fields, codeFiles: accepted?.at(-1)?.codeFiles ?? provenance.codeFiles };
}

/** The fields in which two keys differ, old and new; none if and only if the keys are equal. */
export function differencesBetween(before: DescribedFields, after: DescribedFields): Difference[] {
  const formats = [before, after].map(({ fields }) => fields.format as number);
  // Fields of another format may mean something else: there is no comparing them.
  if (formats[0] !== formats[1]) return [{ field: 'format', before: formats[0], after: formats[1] }];
  return [
    ...codeDifferences(before, after),
    ...jsonDifferences(withoutCode(before.fields), withoutCode(after.fields), ''),
  ];
}

function codeDifferences(before: DescribedFields, after: DescribedFields): Difference[] {
  if (before.fields.code === after.fields.code) return [];
  const files = jsonDifferences(before.codeFiles, after.codeFiles, '');
  if (files.length === 0) return [{ field: 'code', before: before.fields.code, after: after.fields.code }];
  return files.map((difference) => ({ ...difference, field: `code ${difference.field}` }));
}

function withoutCode(fields: KeyFields): JsonObject {
  const { code: _code, ...rest } = fields;
  return rest as unknown as JsonObject;
}

/** The leaves in which two JSON values differ, by dotted path; arrays of different length are leaves. */
export function jsonDifferences(before: Json | undefined, after: Json | undefined, field: string): Difference[] {
  if (isContainer(before) && isContainer(after) && Array.isArray(before) === Array.isArray(after)) {
    if (!Array.isArray(before) || before.length === (after as Json[]).length) {
      const [old, young] = [before as JsonObject, after as JsonObject];
      const keys = [...new Set([...Object.keys(old), ...Object.keys(young)])];
      return keys.flatMap((key) => jsonDifferences(old[key], young[key], join(field, key, Array.isArray(before))));
    }
  }
  return equal(before, after) ? [] : [{ field, before, after }];
}

function join(field: string, key: string, isIndex: boolean): string {
  if (isIndex) return `${field}[${key}]`;
  return field === '' ? key : `${field}.${key}`;
}

function isContainer(value: Json | undefined): value is JsonObject | Json[] {
  return typeof value === 'object' && value !== null;
}

function equal(a: Json | undefined, b: Json | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return canonicalize(a) === canonicalize(b);
}
