import type { Node } from '../text/node.ts';
import { describe } from '../text/node.ts';
import { problem } from '../text/problem.ts';
import type { Span } from '../text/source.ts';

/** A slot's source as written: `train`, `train.checkpoint`, `train[-1]`, `train[2].checkpoint`. */
export interface Reference {
  text: string;
  stage: string;
  /**
   * Negative: that many rounds before this one. Positive: that very round. Absent: the same
   * round, or from outside the last.
   */
  round?: number;
  output?: string;
  span: Span;
}

const PATTERN = /^([a-z][a-z0-9-]*)(?:\[(-?\d+)\])?(?:\.([A-Za-z][\w-]*))?$/;

/** Reads what a slot is connected to: one reference, or a list of which the first that exists counts. */
export function readReferences(node: Node, slot: string): Reference[] {
  if (node.kind !== 'array') return [readReference(node, slot)];
  if (node.items.length === 0)
    throw problem(node.span, `the list of references for "${slot}" is empty`, 'name a stage, or remove the slot');
  return node.items.map((item) => readReference(item, slot));
}

function readReference(node: Node, slot: string): Reference {
  const hint = 'write "stage", "stage.output", "stage[-1]" (the round before) or "stage[2]" (round 2)';
  if (node.kind !== 'scalar' || typeof node.value !== 'string') {
    throw problem(node.span, `"${slot}" must name a stage, found ${describe(node)}`, hint);
  }
  const match = PATTERN.exec(node.value);
  if (!match) throw problem(node.span, `${JSON.stringify(node.value)} is not a reference to a stage`, hint);
  const [text, stage, round, output] = match;
  if (round !== undefined && Number(round) === 0) {
    throw problem(
      node.span,
      `"${text}": rounds count from 1`,
      'write [1] for the first round, or [-1] for the round before',
    );
  }
  return { text, stage, round: round === undefined ? undefined : Number(round), output, span: node.span };
}
