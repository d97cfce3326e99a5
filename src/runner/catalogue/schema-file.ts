import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { ErrorObject } from 'ajv/dist/2020.js';
import { Diagnostic } from '../diagnostic.ts';
import { parse } from '../load/text/parse.ts';
import { problem } from '../load/text/problem.ts';
import { Source } from '../load/text/source.ts';
import type { JsonObject } from '../stage.ts';
import type { ValidateFunction } from './ajv.ts';
import { complain, placeOf } from './complaint.ts';
import { withParts } from './parts.ts';

/**
 * Reads a schema, with what it takes from other files in its place.
 * @throws Diagnostic with the place of a syntax error, or naming a reference that leads nowhere
 */
export function readSchema(file: string): { value: JsonObject; source: Source } {
  const { value, source } = readObject(file);
  return { value: withParts(value, file, (part) => readObject(part).value), source };
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
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return { value: value as JsonObject, source };
  } catch (cause) {
    parse(source); // says where, unless what is wrong is only that comments or trailing commas are no JSON
    throw new Diagnostic(`${path.relative('.', file)} is not JSON: ${(cause as Error).message}`, {
      cause,
      hint: 'schemas are plain JSON, without comments',
    });
  }
  throw new Diagnostic(`${path.relative('.', file)} must hold an object`);
}

/**
 * The one error worth telling, with its place in the file; positions are worked out only now that there is an error.
 */
export function schemaProblem(source: Source, errors: readonly ErrorObject[], subject: string): Diagnostic {
  const complaint = complain(errors);
  const root = parse(source);
  const name = complaint.path.length === 0 ? subject : `"${complaint.path.join('.')}"`;
  return problem(placeOf(complaint, root, root.span), `${name} ${complaint.says}`, complaint.hint);
}

/** Ajv throws on a schema that it cannot make sense of; the file at fault is ours to name. */
export function compile(make: () => ValidateFunction, file: string): ValidateFunction {
  try {
    return make();
  } catch (cause) {
    throw new Diagnostic(`${path.relative('.', file)} is not a valid schema: ${(cause as Error).message}`, {
      cause,
      hint: 'correct the schema',
    });
  }
}
