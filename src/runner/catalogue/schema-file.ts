import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { ErrorObject } from 'ajv/dist/2020.js';
import { Diagnostic } from '../diagnostic.ts';
import type { Json, JsonObject } from '../stage.ts';
import { complain } from './complaint.ts';
import type { Complaint } from './complaint.ts';
import { nodeAt } from '../load/text/node.ts';
import type { Node } from '../load/text/node.ts';
import { parse } from '../load/text/parse.ts';
import { problem } from '../load/text/problem.ts';
import { Source } from '../load/text/source.ts';
import type { Span } from '../load/text/source.ts';

/**
 * Reads a schema; what it takes from other files, `{ "$ref": "../parts.schema.json#/$defs/space" }`, comes in its place, together with
 * the keys beside the reference.
 * @throws Diagnostic with the place of a syntax error, or naming a reference that leads nowhere
 */
export function readSchema(file: string): { value: JsonObject; source: Source } {
  const { value, source } = readObject(file);
  return { value: withParts(value, { file, trail: [], read: new Map() }) as JsonObject, source };
}

interface Reading {
  /** Where the schema stands. */
  file: string;
  /** References that led there. */
  trail: readonly string[];
  /** Files of parts that were read for the same schema. */
  read: Map<string, JsonObject>;
}

function withParts(schema: Json, reading: Reading): Json {
  if (Array.isArray(schema)) return schema.map((item) => withParts(item, reading));
  if (typeof schema !== 'object' || schema === null) return schema;
  const own = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, withParts(value, reading)]));
  const { $ref: reference, ...beside } = own;
  const { file, trail, read } = reading;
  // A place in the schema's own file, or an address. In a part, the first means nothing once that stands elsewhere, so it is followed.
  if (typeof reference !== 'string' || /^[a-z]+:/.test(reference) || (reference.startsWith('#') && trail.length === 0)) return own;
  const [name, pointer = ''] = reference.split('#');
  const target = name === '' ? file : path.join(path.dirname(file), name);
  const refuse = (why: string) => new Diagnostic(`${path.relative('.', file)} refers to ${reference}: ${why}`, { hint: 'correct the reference' });
  if (trail.includes(`${target}#${pointer}`)) throw refuse('that refers back to itself');
  if (!existsSync(target)) throw refuse('there is no such file');
  if (!read.has(target)) read.set(target, readObject(target).value);
  let part: Json | undefined = read.get(target);
  for (const key of pointer.split('/').slice(1)) part = (part as JsonObject | undefined)?.[key];
  if (typeof part !== 'object' || part === null || Array.isArray(part)) throw refuse('there is no such part');
  return { ...withParts(part, { file: target, trail: [...trail, `${target}#${pointer}`], read }) as JsonObject, ...beside };
}

function readObject(file: string): { value: JsonObject; source: Source } {
  let text: string;
  try {
    text = readFileSync(file, 'utf8').replace(/^\uFEFF/, '');
  } catch (cause) {
    throw new Diagnostic(`${path.relative('.', file)} cannot be read: ${(cause as Error).message}`, { cause });
  }
  const source = new Source(file, text);
  try {
    const value = JSON.parse(text) as unknown;
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { value: value as JsonObject, source };
  } catch (cause) {
    parse(source); // says where, unless what is wrong is only that comments or trailing commas are no JSON
    throw new Diagnostic(`${path.relative('.', file)} is not JSON: ${(cause as Error).message}`, { cause, hint: 'schemas are plain JSON, without comments' });
  }
  throw new Diagnostic(`${path.relative('.', file)} must hold an object`);
}

/** The one error worth telling, with its place in the file; positions are worked out only now that there is an error. */
export function schemaProblem(source: Source, errors: readonly ErrorObject[], subject: string): Diagnostic {
  const complaint = complain(errors);
  const root = parse(source);
  const name = complaint.path.length === 0 ? subject : `"${complaint.path.join('.')}"`;
  return problem(placeOf(complaint, root, root.span), `${name} ${complaint.says}`, complaint.hint);
}

/**
 * Where a complaint points to: an unknown key at the key, a missing one at the key of the object that lacks it, anything
 * else at the value, or at the nearest part around it that was written (a default stands nowhere).
 * @param key Where the name of the whole tree stands.
 */
export function placeOf(complaint: Complaint, root: Node, key: Span): Span {
  const { path: route } = complaint;
  for (let length = route.length; length > 0; length -= 1) {
    const node = nodeAt(root, route.slice(0, length));
    if (!node) continue;
    const parent = nodeAt(root, route.slice(0, length - 1));
    const keyed = parent?.kind === 'object' ? parent.members.get(route[length - 1])?.key : undefined;
    const atKey = length < route.length || complaint.unknownKey || complaint.says.startsWith('lacks');
    return atKey && keyed ? keyed : node.span;
  }
  return key;
}
