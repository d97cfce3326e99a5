import { createHash } from 'node:crypto';
import type { PipelineDraft } from './draft.ts';
import { describe, nodeAt, toValue } from '../text/node.ts';
import type { Node } from '../text/node.ts';
import { problem } from '../text/problem.ts';
import { suggest } from '../../suggestion.ts';
import { expectInteger } from './shape.ts';
import type { Span } from '../text/source.ts';
import { hasTemplate } from './template.ts';

/** What the values of an axis replace. */
export type AxisTarget =
  { kind: 'seed' } | { kind: 'param'; path: string[] } | { kind: 'stage'; stage: string; path: string[] };

export interface Axis {
  /** `seed`, `budget`, `optimiser.lr`, `search.iterations`. */
  name: string;
  target: AxisTarget;
  values: Node[];
  /** How each value reads in an instance's id; all differ. */
  labels: string[];
}

/**
 * The axes of the file, in file order. @throws Diagnostic at an axis that is no parameter,
 * or at a value that stands twice.
 */
export function fileAxes(draft: PipelineDraft): Axis[] {
  const axes: Axis[] = [];
  for (const [name, { key, values, names }] of draft.matrix) {
    const path = name.split('.');
    if (name === 'seed') {
      for (const value of values) if (!hasTemplate(value)) expectInteger(value, 'a seed', 0);
      axes.push(makeAxis(name, { kind: 'seed' }, values, names));
      continue;
    }
    const param = draft.params.get(path[0])?.value;
    if (nodeAt(param, path.slice(1)) === undefined) {
      throw problem(
        key,
        `the matrix axis "${name}" is no parameter of the pipeline`,
        suggest(name, [...draft.params.keys(), 'seed'], 'parameters'),
      );
    }
    const overlap = axes.find((other) => other.target.kind === 'param' && overlaps(other.target.path, path));
    if (overlap)
      throw problem(key, `the matrix axes "${overlap.name}" and "${name}" set the same parameter`, 'keep one of them');
    axes.push(makeAxis(name, { kind: 'param', path }, values, names));
  }
  return axes;
}

/** @param names how the values read in ids, if they have names */
export function makeAxis(name: string, target: AxisTarget, values: Node[], names?: string[]): Axis {
  const seen = new Map<string, Span>();
  for (const value of values) {
    const text = JSON.stringify(toValue(value));
    if (seen.has(text))
      throw problem(value.span, `the matrix axis "${name}" has ${describe(value)} twice`, 'remove one');
    seen.set(text, value.span);
  }
  return { name, target, values, labels: names ?? values.map((value) => labelOf(value)) };
}

/** Whether one path leads to a part of what the other leads to. */
export function overlaps(a: readonly string[], b: readonly string[]): boolean {
  const shorter = Math.min(a.length, b.length);
  for (let i = 0; i < shorter; i += 1) if (a[i] !== b[i]) return false;
  return true;
}

/** Whether a text can stand in an id as it is. */
export function isPlainLabel(text: string): boolean {
  return text.length <= 40 && /^[\w.+-]+$/.test(text);
}

/**
 * Ids name log files and are typed in shells: a value that is not a short plain word or number becomes one, with a
 * piece of its hash so that no two values can share a label.
 */
function labelOf(node: Node): string {
  const value = toValue(node);
  const json = JSON.stringify(value);
  if (typeof value !== 'string' && typeof value !== 'object') return json;
  const plain = typeof value === 'string' ? value : json;
  const readsAsOtherType = typeof value !== 'string' || /^([-+.\d].*|true|false|null)$/.test(value);
  if (!readsAsOtherType && isPlainLabel(plain)) return plain;
  const word = plain
    .replace(/[^\w.+-]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .slice(0, 24);
  return `${word}~${createHash('sha256').update(json).digest('hex').slice(0, 6)}`;
}
