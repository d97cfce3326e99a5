import type { StageTypes } from '../../../catalogue/stage-types.ts';
import { suggest } from '../../../suggestion.ts';
import { nodeAt, toValue, withNodeAt } from '../../text/node.ts';
import type { Node, ObjectNode } from '../../text/node.ts';
import { problem } from '../../text/problem.ts';
import { fileAxes, makeAxis, overlaps } from '../axes.ts';
import type { Axis } from '../axes.ts';
import { readDraft } from '../draft.ts';
import type { PipelineDraft } from '../draft.ts';
import { readOverride } from './option.ts';
import type { Override } from './option.ts';
import { stagePath } from './stage-path.ts';
import type { Target } from './stage-path.ts';
import { resolvePath } from './target.ts';

/**
 * Applies `--set path=value[,value…]` options in turn. Several values make an axis of the matrix.
 * @returns The draft with the values in place, and all axes: those of the file in file order, then those on stages.
 * @throws Diagnostic under the segment of a path that does not exist, with a suggestion, or
 * under a value that does not fit.
 */
export function applyOverrides(
  draft: PipelineDraft,
  overrides: readonly string[],
  types: StageTypes,
): { draft: PipelineDraft; axes: Axis[] } {
  let root: Node = draft.root;
  const stageAxes = new Map<string, Axis>();
  const pinned: string[][] = [];
  for (const text of overrides) {
    const override = readOverride(text);
    const target = resolvePath(override, draft, types);
    root = apply(root, override, target, stageAxes);
    if (target.kind === 'param' && override.values.length === 1 && !namedValues(root, target.path))
      pinned.push(target.path);
  }
  const changed = overrides.length === 0 ? draft : readDraft(root as ObjectNode);
  const axes = fileAxes(changed);
  for (const path of pinned) refuseHidden(path, axes, overrides);
  return { draft: changed, axes: [...axes, ...stageAxes.values()] };
}

function apply(root: Node, override: Override, target: Target, stageAxes: Map<string, Axis>): Node {
  const { values, span, segments } = override;
  const key = segments.at(-1)!.span;
  const list: Node = { kind: 'array', items: values, span };
  const many = values.length > 1;
  switch (target.kind) {
    case 'tree':
      if (many) throw problem(span, 'only parameters and the seed can have several values', 'give one value');
      return withNodeAt(root, target.path, values[0], key);
    case 'axis':
      return withNodeAt(root, ['matrix', target.name], many || values[0].kind !== 'array' ? list : values[0], key);
    case 'seed':
      return many
        ? withNodeAt(root, ['matrix', 'seed'], list, key)
        : withNodeAt(withoutAxis(root, 'seed'), ['seed'], values[0], key);
    case 'param': {
      const name = target.path.join('.');
      const named = namedValues(root, target.path);
      if (named) return withNodeAt(root, ['matrix', name], chosenOf(named, values, name), key);
      return many
        ? withNodeAt(root, ['matrix', name], list, key)
        : withNodeAt(withoutAxis(root, name), ['params', ...target.path], values[0], key);
    }
    case 'stage': {
      const name = `${target.stage.name}.${target.path.join('.')}`;
      stageAxes.delete(name);
      if (!many) return withNodeAt(root, [...stagePath(target.stage), 'with', ...target.path], values[0], key);
      stageAxes.set(name, makeAxis(name, { kind: 'stage', stage: target.stage.name, path: target.path }, values));
      return root;
    }
  }
}

/** The values by name of an axis that has such. */
function namedValues(root: Node, param: readonly string[]): ObjectNode | undefined {
  const matrix = nodeAt(root, ['matrix']);
  const axis = matrix?.kind === 'object' ? matrix.members.get(param.join('.'))?.value : undefined;
  return axis?.kind === 'object' ? axis : undefined;
}

/** Those of an axis's values whose names are given. */
function chosenOf(named: ObjectNode, names: readonly Node[], axis: string): ObjectNode {
  const chosen = names.map((node) => {
    const name = String(toValue(node));
    const member = named.members.get(name);
    if (!member)
      throw problem(
        node.span,
        `the matrix axis "${axis}" has no value ${JSON.stringify(name)}`,
        suggest(name, [...named.members.keys()], 'values'),
      );
    return [name, member] as const;
  });
  return { ...named, members: new Map(chosen) };
}

/** One value given on the command line wins over the values that the file's matrix has for it. */
function withoutAxis(root: Node, name: string): Node {
  const matrix = nodeAt(root, ['matrix']);
  if (root.kind !== 'object' || matrix?.kind !== 'object' || !matrix.members.has(name)) return root;
  const members = new Map(matrix.members);
  members.delete(name);
  return withNodeAt(root, ['matrix'], { ...matrix, members }, root.members.get('matrix')!.key);
}

/** A value that an axis replaces in every instance would be set in vain. */
function refuseHidden(path: readonly string[], axes: readonly Axis[], overrides: readonly string[]): void {
  const axis = axes.find(
    ({ target }) => target.kind === 'param' && target.path.length <= path.length && overlaps(target.path, path),
  );
  if (!axis) return;
  const text = overrides.find((override) => override.includes(`${path.join('.')}=`))!;
  const { span } = readOverride(text);
  throw problem(
    span,
    `the matrix axis "${axis.name}" replaces this value in every instance`,
    `set the axis itself: --set ${axis.name}=…`,
  );
}
