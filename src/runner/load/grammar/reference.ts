import type { Member, Node, ObjectNode } from '../text/node.ts';
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

export const referenceHint = 'write "stage", "stage.output", "stage[-1]" (the round before) or "stage[2]" (round 2)';

const PATTERN = /^([a-z][a-z0-9-]*)(?:\[(-?\d+)\])?(?:\.([A-Za-z][\w-]*))?$/;

/** What a slot is connected to as written. Which of the two forms it must have, its stage type says. */
export type InputDraft = { key: Span; value: Node } & (
  | { /** The first that exists counts. */ references: Reference[] }
  | { /** By label. */ labelled: Map<string, Reference> }
);

/** Reads what a slot is connected to: a reference, a list of them, or references by label. */
export function readInput({ key, value }: Member, slot: string): InputDraft {
  if (value.kind === 'object') return { key, value, labelled: readLabelled(value, slot) };
  return { key, value, references: readReferences(value, slot) };
}

/** Labels are part of the names of inputs, which show in messages and differences. */
const LABEL = /^[A-Za-z0-9][\w.-]*$/;

function readLabelled(node: ObjectNode, slot: string): Map<string, Reference> {
  return new Map(
    [...node.members].map(([label, { key, value }]) => {
      if (!LABEL.test(label))
        throw problem(
          key,
          `"${label}" cannot be a label of "${slot}"`,
          'use letters, digits, "_", "." and "-", a letter or digit first',
        );
      return [label, readReference(value, `${slot}.${label}`)] as const;
    }),
  );
}

function readReferences(node: Node, slot: string): Reference[] {
  if (node.kind !== 'array') return [readReference(node, slot)];
  if (node.items.length === 0)
    throw problem(node.span, `the list of references for "${slot}" is empty`, 'name a stage, or remove the slot');
  return node.items.map((item) => readReference(item, slot));
}

function readReference(node: Node, slot: string): Reference {
  if (node.kind !== 'scalar' || typeof node.value !== 'string') {
    throw problem(node.span, `"${slot}" must name a stage, found ${describe(node)}`, referenceHint);
  }
  const match = PATTERN.exec(node.value);
  if (!match) throw problem(node.span, `${JSON.stringify(node.value)} is not a reference to a stage`, referenceHint);
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
