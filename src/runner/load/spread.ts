import { describe } from './node.ts';
import type { Member, ObjectNode } from './node.ts';
import { problem } from './problem.ts';

/** The key of `with` whose value, an object, gives the parameters that are not written out beside it. */
export const SPREAD = '...';

/** Replaces the spread key of resolved parameters by the members of its object; what is written out wins. */
export function spread(params: ObjectNode): ObjectNode {
  const shared = params.members.get(SPREAD);
  if (!shared) return params;
  if (shared.value.kind !== 'object') {
    throw problem(shared.value.span, `"${SPREAD}" must be an object of parameters, found ${describe(shared.value)}`,
      'name one in "params" and write "...": "${params.<name>}"');
  }
  const members = new Map<string, Member>([...shared.value.members, ...params.members]);
  members.delete(SPREAD);
  return { ...params, members };
}
