import type { Member, Node } from '../text/node.ts';

/**
 * The base file's tree with the extending file's on top: objects merge key by key, anything else replaces, and `null`
 * removes a key of the base. Positions stay where each value was written.
 */
export function merge(base: Node, over: Node): Node {
  if (base.kind !== 'object' || over.kind !== 'object') return over;
  const members = new Map<string, Member>(base.members);
  for (const [key, member] of over.members) {
    const inherited = members.get(key);
    if (inherited === undefined) members.set(key, member);
    else if (member.value.kind === 'scalar' && member.value.value === null) members.delete(key);
    else members.set(key, { key: member.key, value: merge(inherited.value, member.value) });
  }
  return { kind: 'object', members, span: over.span };
}
