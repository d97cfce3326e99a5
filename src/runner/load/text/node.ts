import type { Json, JsonObject } from '../../stage.ts';
import type { Span } from './source.ts';

/** A JSON value that remembers where each part of it was written. Trees are never changed: an edit makes a new one. */
export type Node = ScalarNode | ArrayNode | ObjectNode;

export interface ScalarNode {
  kind: 'scalar';
  value: null | boolean | number | string;
  span: Span;
}

export interface ArrayNode {
  kind: 'array';
  items: Node[];
  span: Span;
}

export interface ObjectNode {
  kind: 'object';
  members: Map<string, Member>;
  span: Span;
}

export interface Member {
  /** Where the key stands. */
  key: Span;
  value: Node;
}

/** The plain value of a tree. */
export function toValue(node: Node): Json {
  switch (node.kind) {
    case 'scalar':
      return node.value;
    case 'array':
      return node.items.map(toValue);
    case 'object':
      return toObject(node);
  }
}

export function toObject(node: ObjectNode): JsonObject {
  const entries: [string, Json][] = [];
  for (const [key, member] of node.members) entries.push([key, toValue(member.value)]);
  return Object.fromEntries(entries);
}

/** What a value is, in the words of an error message: `a string`, `3`, `an object`. */
export function describe(node: Node): string {
  if (node.kind === 'array') return 'a list';
  if (node.kind === 'object') return 'an object';
  return typeof node.value === 'string' ? `the string ${abbreviate(JSON.stringify(node.value))}` : String(node.value);
}

export function abbreviate(text: string, limit = 60): string {
  return text.length <= limit ? text : `${text.slice(0, limit - 1)}…`;
}

/** The part at a path, as far as it exists. */
export function nodeAt(node: Node | undefined, path: readonly string[]): Node | undefined {
  let at = node;
  for (const segment of path) at = at === undefined ? undefined : child(at, segment);
  return at;
}

export function child(node: Node, key: string): Node | undefined {
  if (node.kind === 'object') return node.members.get(key)?.value;
  if (node.kind === 'array' && /^(0|[1-9]\d*)$/.test(key)) return node.items[Number(key)];
  return undefined;
}

/**
 * The tree with the part at a path replaced; objects on the way are made, and `key` is
 * where a new member's name stands.
 */
export function withNodeAt(node: Node | undefined, path: readonly string[], value: Node, key: Span): Node {
  if (path.length === 0) return value;
  const [first, ...rest] = path;
  const inner = withNodeAt(node && child(node, first), rest, value, key);
  if (node?.kind === 'array' && child(node, first)) {
    return { ...node, items: node.items.map((item, i) => (i === Number(first) ? inner : item)) };
  }
  const members = new Map<string, Member>(node?.kind === 'object' ? node.members : []);
  members.set(first, { key: members.get(first)?.key ?? key, value: inner });
  return { kind: 'object', members, span: node?.span ?? value.span };
}
