import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { ErrorObject } from 'ajv/dist/2020.js';
import { Diagnostic } from '../diagnostic.ts';
import type { JsonObject } from '../stage.ts';
import { complain } from './complaint.ts';
import type { Complaint } from './complaint.ts';
import { nodeAt } from './node.ts';
import type { Node } from './node.ts';
import { parse } from './parse.ts';
import { problem } from './problem.ts';
import { Source } from './source.ts';
import type { Span } from './source.ts';

/** Reads a JSON file that must hold an object. @throws Diagnostic with the place of a syntax error. */
export function readSchema(file: string): { value: JsonObject; source: Source } {
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
