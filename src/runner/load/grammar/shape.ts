import { describe } from '../text/node.ts';
import type { Member, Node, ObjectNode } from '../text/node.ts';
import { problem } from '../text/problem.ts';
import { suggest } from '../../suggestion.ts';
import type { Span } from '../text/source.ts';

/** Checks of a tree's shape; each throws a Diagnostic at the part that does not fit. */

export function expectObject(node: Node, what: string): ObjectNode {
  if (node.kind !== 'object') throw problem(node.span, `${what} must be an object, found ${describe(node)}`);
  return node;
}

export function expectString(node: Node, what: string, hint?: string): string {
  if (node.kind !== 'scalar' || typeof node.value !== 'string' || node.value === '') {
    throw problem(node.span, `${what} must be a text that is not empty, found ${describe(node)}`, hint);
  }
  return node.value;
}

/** An integer of at least `least`. */
export function expectInteger(node: Node, what: string, least: number): number {
  if (
    node.kind !== 'scalar'
    || typeof node.value !== 'number'
    || !Number.isSafeInteger(node.value)
    || node.value < least
  ) {
    throw problem(node.span, `${what} must be a whole number of at least ${least}, found ${describe(node)}`);
  }
  return node.value;
}

export function checkKeys(node: ObjectNode, known: readonly string[], what: string): void {
  for (const [key, member] of node.members) {
    if (!known.includes(key))
      throw problem(member.key, `unknown key "${key}" in ${what}`, suggest(key, known, 'known keys'));
  }
}

export function expectMember(node: ObjectNode, key: string, what: string, at: Span): Member {
  const member = node.members.get(key);
  if (!member) throw problem(at, `${what} lacks "${key}"`, `add "${key}"`);
  return member;
}
