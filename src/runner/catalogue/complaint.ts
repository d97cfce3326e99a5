import type { ErrorObject } from 'ajv/dist/2020.js';
import { abbreviate, nodeAt } from '../load/text/node.ts';
import type { Node } from '../load/text/node.ts';
import type { Span } from '../load/text/source.ts';
import type { Json } from '../stage.ts';
import { didYouMean, suggest } from '../suggestion.ts';

/** The most useful one of a validation's errors, in words. */
export interface Complaint {
  /** Keys and indices that lead to the part that is wrong. */
  path: string[];
  /** What is wrong, as a sentence about the part at `path`: `must be a number, found "x"`. */
  says: string;
  /** Whether the key at the end of `path` is wrong, not its value: it is unknown. */
  unknownKey: boolean;
  hint?: string;
}

/** An unknown key often explains a missing one, so it comes first and the missing one last. */
const RANK: Record<string, number> = {
  additionalProperties: 0,
  unevaluatedProperties: 0,
  propertyNames: 1,
  required: 3,
  dependentRequired: 3,
  if: 4,
  not: 4,
};
const ALTERNATIVES = ['anyOf', 'oneOf'];

/** Picks one error of those that Ajv found with `verbose`. */
export function complain(errors: readonly ErrorObject[]): Complaint {
  const leaves = errors.filter((error) => !isExplainedBetter(error, errors));
  const [error] = leaves.sort((a, b) => rank(a) - rank(b) || depth(b) - depth(a));
  return explain(error, errors);
}

/**
 * Where a complaint points to in a text: an unknown key at the key, a missing one at the key of the object that lacks
 * it, anything else at the value, or at the nearest part around it that was written (a default stands nowhere).
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

/** Where a complaint points to in a document, as the end of a sentence: its JSON pointer, or the document's root. */
export function pointerOf({ path }: Complaint): string {
  if (path.length === 0) return 'at its root';
  return `at ${path.map((key) => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')}`;
}

/**
 * Alternatives that were all missed give one error each and one for the whole. At one place only the whole is worth
 * telling; where a branch fitted far enough to fail deeper inside, that deeper error is.
 */
function isExplainedBetter(error: ErrorObject, errors: readonly ErrorObject[]): boolean {
  if (
    ALTERNATIVES.includes(error.keyword)
    && errors.some((other) => isWithin(other, error) && depth(other) > depth(error))
  )
    return true;
  return errors.some(
    (other) => ALTERNATIVES.includes(other.keyword) && isWithin(error, other) && depth(error) === depth(other),
  );
}

function isWithin(inner: ErrorObject, outer: ErrorObject): boolean {
  return inner.schemaPath.startsWith(`${outer.schemaPath}/`);
}

function rank(error: ErrorObject): number {
  return ALTERNATIVES.includes(error.keyword) ? 2.5 : (RANK[error.keyword] ?? 2);
}

function depth(error: ErrorObject): number {
  return error.instancePath.split('/').length;
}

function explain(error: ErrorObject, errors: readonly ErrorObject[]): Complaint {
  const path = error.instancePath
    .split('/')
    .slice(1)
    .map((segment) => segment.replace(/~1/g, '/').replace(/~0/g, '~'));
  const params = error.params as Record<string, unknown>;
  const value = error.data as Json;
  const found = `found ${show(value)}`;
  const complaint = (says: string, hint?: string): Complaint => ({ path, says, unknownKey: false, hint });
  switch (error.keyword) {
    case 'additionalProperties':
    case 'unevaluatedProperties': {
      const key = (params.additionalProperty ?? params.unevaluatedProperty) as string;
      const known = Object.keys((error.parentSchema?.properties ?? {}) as object);
      return { path: [...path, key], says: 'is unknown', unknownKey: true, hint: suggest(key, known, 'known keys') };
    }
    case 'required':
      return complaint(
        `lacks "${String(params.missingProperty)}"`,
        describeProperty(error, String(params.missingProperty)),
      );
    case 'dependentRequired': {
      const missing = String(params.missingProperty);
      return complaint(
        `has "${String(params.property)}" and lacks "${missing}", which it goes with`,
        describeProperty(error, missing),
      );
    }
    case 'type':
      return complaint(
        `must be ${[params.type]
          .flat()
          .map((type) => NOUNS[String(type)])
          .join(' or ')}, ${found}`,
      );
    case 'enum': {
      const allowed = params.allowedValues as Json[];
      const meant =
        typeof value === 'string'
          ? didYouMean(
              value,
              allowed.filter((item) => typeof item === 'string'),
            )
          : undefined;
      return complaint(`must be one of ${allowed.map((item) => JSON.stringify(item)).join(', ')}, ${found}`, meant);
    }
    case 'const':
      return complaint(`must be ${JSON.stringify(params.allowedValue)}, ${found}`);
    case 'minimum':
      return complaint(`must be at least ${String(params.limit)}, ${found}`);
    case 'maximum':
      return complaint(`must be at most ${String(params.limit)}, ${found}`);
    case 'exclusiveMinimum':
      return complaint(`must be more than ${String(params.limit)}, ${found}`);
    case 'exclusiveMaximum':
      return complaint(`must be less than ${String(params.limit)}, ${found}`);
    case 'multipleOf':
      return complaint(`must be a multiple of ${String(params.multipleOf)}, ${found}`);
    case 'pattern':
      return complaint(`must match ${String(params.pattern)}, ${found}`);
    case 'format':
      return complaint(`must be a valid ${String(params.format)}, ${found}`);
    case 'minLength':
      return complaint(
        value === '' ? 'must not be empty' : `must have at least ${String(params.limit)} characters, ${found}`,
      );
    case 'minItems':
      return complaint(`must have at least ${String(params.limit)} items, found ${(value as Json[]).length}`);
    case 'maxItems':
      return complaint(`must have at most ${String(params.limit)} items, found ${(value as Json[]).length}`);
    case 'anyOf':
    case 'oneOf': {
      const branches = errors
        .filter((other) => isWithin(other, error) && depth(other) === depth(error))
        .map((other) => explain(other, []).says.replace(/, found .*/s, ''));
      return complaint(
        branches.length > 0
          ? `${[...new Set(branches)].join(', or ')}, ${found}`
          : `fits more than one of its alternatives, ${found}`,
      );
    }
    default:
      return complaint(`${error.message ?? `breaks "${error.keyword}"`}, ${found}`);
  }
}

const NOUNS: Record<string, string> = {
  string: 'a text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  null: 'null',
};

function describeProperty(error: ErrorObject, name: string): string | undefined {
  const property = (error.parentSchema?.properties as Record<string, { description?: string }> | undefined)?.[name];
  return property?.description === undefined ? undefined : `add "${name}": ${property.description}`;
}

function show(value: Json): string {
  return abbreviate(JSON.stringify(value) ?? 'nothing');
}
