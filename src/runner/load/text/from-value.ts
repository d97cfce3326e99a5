import type { Json } from '../../stage.ts';
import type { Member, Node } from './node.ts';
import type { Span } from './source.ts';

/** A tree of a plain value, all of whose parts are said to stand at one place. */
export function fromValue(value: Json, span: Span): Node {
  if (Array.isArray(value)) return { kind: 'array', items: value.map((item) => fromValue(item, span)), span };
  if (typeof value !== 'object' || value === null) return { kind: 'scalar', value, span };
  const members = new Map<string, Member>();
  for (const [key, inner] of Object.entries(value)) members.set(key, { key: span, value: fromValue(inner, span) });
  return { kind: 'object', members, span };
}
