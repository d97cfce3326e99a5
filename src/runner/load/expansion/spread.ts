import { describe } from '../text/node.ts';
import type { Member, Node, ObjectNode } from '../text/node.ts';
import { problem } from '../text/problem.ts';

/**
 * The key of `with`, or of an object in it, whose value is an object with the members that
 * are not written out beside it.
 */
export const SPREAD = '...';

/**
 * Replaces the spread keys of resolved parameters, at any depth, by the members of their
 * objects; what is written out wins.
 */
export function spread(params: ObjectNode): ObjectNode {
  const members = new Map<string, Member>(
    [...params.members].map(([name, member]) => [name, { ...member, value: within(member.value) }]),
  );
  const shared = members.get(SPREAD);
  if (!shared) return { ...params, members };
  if (shared.value.kind !== 'object') {
    throw problem(
      shared.value.span,
      `"${SPREAD}" must be an object of parameters, found ${describe(shared.value)}`,
      'name one in "params" and write "...": "${params.<name>}"',
    );
  }
  const merged = new Map<string, Member>([...shared.value.members, ...members]);
  merged.delete(SPREAD);
  return { ...params, members: merged };
}

function within(value: Node): Node {
  switch (value.kind) {
    case 'scalar':
      return value;
    case 'array':
      return { ...value, items: value.items.map(within) };
    case 'object':
      return spread(value);
  }
}
