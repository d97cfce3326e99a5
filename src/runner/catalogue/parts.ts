import { existsSync } from 'node:fs';
import path from 'node:path';
import { Diagnostic } from '../diagnostic.ts';
import type { Json, JsonObject } from '../stage.ts';

/**
 * A schema with what it takes from other files, `{ "$ref": "../parts.schema.json#/$defs/space" }`, in its place,
 * together with the keys beside the reference.
 * @param file Where the schema stands.
 * @param read Reads another file.
 * @throws Diagnostic naming a reference that leads nowhere, and what `read` throws
 */
export function withParts(schema: JsonObject, file: string, read: (file: string) => JsonObject): JsonObject {
  return resolve(schema, { file, trail: [], known: new Map(), read }) as JsonObject;
}

interface Reading {
  /** Where the schema stands. */
  file: string;
  /** References that led there. */
  trail: readonly string[];
  /** Files of parts that were read for the same schema. */
  known: Map<string, JsonObject>;
  read: (file: string) => JsonObject;
}

function resolve(schema: Json, reading: Reading): Json {
  if (Array.isArray(schema)) return schema.map((item) => resolve(item, reading));
  if (typeof schema !== 'object' || schema === null) return schema;
  const own = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, resolve(value, reading)]));
  const { $ref: reference, ...beside } = own;
  const { file, trail, known, read } = reading;
  // A place in the schema's own file, or an address. In a part, the first means nothing once that
  // stands elsewhere, so it is followed.
  if (typeof reference !== 'string' || /^[a-z]+:/.test(reference) || (reference.startsWith('#') && trail.length === 0))
    return own;
  const [name, pointer = ''] = reference.split('#');
  const target = name === '' ? file : path.join(path.dirname(file), name);
  const refuse = (why: string) =>
    new Diagnostic(`${path.relative('.', file)} refers to ${reference}: ${why}`, { hint: 'correct the reference' });
  if (trail.includes(`${target}#${pointer}`)) throw refuse('that refers back to itself');
  if (!known.has(target)) {
    if (!existsSync(target)) throw refuse('there is no such file');
    known.set(target, read(target));
  }
  let part: Json | undefined = known.get(target);
  for (const key of pointer.split('/').slice(1)) part = (part as JsonObject | undefined)?.[key];
  if (typeof part !== 'object' || part === null || Array.isArray(part)) throw refuse('there is no such part');
  return {
    ...(resolve(part, { file: target, trail: [...trail, `${target}#${pointer}`], known, read }) as JsonObject),
    ...beside,
  };
}
