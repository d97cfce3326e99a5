import type { Draft, StageDraft } from './draft.ts';
import { fromValue } from '../text/from-value.ts';
import { fileAxes, makeAxis, overlaps } from '../expansion/matrix.ts';
import type { Axis } from '../expansion/matrix.ts';
import { nodeAt, withNodeAt } from '../text/node.ts';
import type { Node, ObjectNode } from '../text/node.ts';
import { readDraft } from './draft.ts';
import { parseLoose } from '../text/parse.ts';
import { problem, suggest } from '../text/problem.ts';
import { Source } from '../text/source.ts';
import type { Span } from '../text/source.ts';
import type { StageTypes } from '../../catalogue/stage-types.ts';

/** What a `--set` path leads to. */
type Target =
  | { kind: 'tree'; path: string[] }
  | { kind: 'seed' }
  | { kind: 'param'; path: string[] }
  | { kind: 'axis'; name: string }
  | { kind: 'stage'; stage: StageDraft; path: string[] };

interface Override {
  segments: { name: string; span: Span }[];
  /** Values between top-level commas. */
  values: Node[];
  span: Span;
}

/**
 * Applies `--set path=value[,value…]` options in turn. Several values make an axis of the matrix.
 * @returns The draft with the values in place, and all axes: those of the file in file order, then those on stages.
 * @throws Diagnostic under the segment of the path that does not exist, with a suggestion.
 */
export function applyOverrides(draft: Draft, overrides: readonly string[], types: StageTypes): { draft: Draft; axes: Axis[] } {
  let root: Node = draft.root;
  const stageAxes = new Map<string, Axis>();
  const pinned: string[][] = [];
  for (const text of overrides) {
    const override = readOverride(text);
    const target = resolvePath(override, draft, types);
    root = apply(root, override, target, stageAxes);
    if (target.kind === 'param' && override.values.length === 1) pinned.push(target.path);
  }
  const changed = overrides.length === 0 ? draft : readDraft(root as ObjectNode);
  const axes = fileAxes(changed);
  for (const path of pinned) refuseHidden(path, axes, overrides);
  return { draft: changed, axes: [...axes, ...stageAxes.values()] };
}

function readOverride(text: string): Override {
  const prefix = '--set ';
  const source = new Source('--set', prefix + text, 'option');
  const equals = text.indexOf('=');
  const span = { source, start: prefix.length, end: source.text.length };
  if (equals < 1) throw problem(span, `"${text}" sets nothing`, 'write path=value, for instance --set seed=2');
  const segments: Override['segments'] = [];
  let at = prefix.length;
  for (const name of text.slice(0, equals).split('.')) {
    const segment = { name: name.trim(), span: { source, start: at, end: at + Math.max(1, name.length) } };
    if (segment.name === '') {
      throw problem(segment.span, 'a name is missing in the path',
        'write path=value, for instance --set search.iterations=3');
    }
    segments.push(segment);
    at += name.length + 1;
  }
  const values: Node[] = [];
  for (const piece of splitAtCommas(text.slice(equals + 1))) {
    const valueSpan = { source, start: at, end: at + piece.length };
    values.push(fromValue(parseLoose(piece.trim()), valueSpan));
    at += piece.length + 1;
  }
  const empty = values.length > 1 ? values.find((value) => value.kind === 'scalar' && value.value === '') : undefined;
  if (empty) {
    throw problem({ ...empty.span, end: empty.span.start + 1 }, 'a value is missing beside this comma',
      'write "" for an empty text, or quote a text with commas');
  }
  return { segments, values, span };
}

/** Pieces between commas that stand outside brackets and quotes. */
function splitAtCommas(text: string): string[] {
  const pieces: string[] = [];
  let from = 0;
  let depth = 0;
  let quote = '';
  for (let i = 0; i < text.length; i += 1) {
    const c = text[i];
    if (quote !== '') {
      if (c === '\\') i += 1;
      else if (c === quote) quote = '';
    } else if (c === '"' || c === '\'') quote = c;
    else if (c === '[' || c === '{') depth += 1;
    else if (c === ']' || c === '}') depth -= 1;
    else if (c === ',' && depth <= 0) {
      pieces.push(text.slice(from, i));
      from = i + 1;
    }
  }
  return [...pieces, text.slice(from)];
}

function resolvePath({ segments }: Override, draft: Draft, types: StageTypes): Target {
  const names = segments.map(({ name }) => name);
  const [first] = names;
  if (segments.length === 1 && first === 'seed') return { kind: 'seed' };
  if (segments.length === 1 && (first === 'name' || first === 'description')) return { kind: 'tree', path: names };
  if (segments.length > 1) {
    if (first === 'params') return { kind: 'param', path: paramPath(segments.slice(1), draft) };
    if (first === 'matrix') return { kind: 'axis', name: names.slice(1).join('.') };
    if (first === 'stages') return stagesPath(segments.slice(1), draft, types);
  }
  return shortPath(segments, draft, types);
}

/** A path without `params` or `stages` before it: whichever of the two it fits, and an error when it fits both. */
function shortPath(segments: Override['segments'], draft: Draft, types: StageTypes): Target {
  const [first, ...rest] = segments;
  const names = segments.map(({ name }) => name);
  const stage = draft.stages.get(first.name);
  const isParam = nodeAt(draft.params.get(first.name)?.value, names.slice(1)) !== undefined;
  const isStage = stage !== undefined && rest.length > 0 && stageParams(stage, types).includes(rest[0].name);
  if (isParam && isStage) {
    throw problem(first.span, `"${names.join('.')}" is a parameter of the pipeline and one of the stage "${first.name}"`,
      `write params.${names.join('.')} or stages.${first.name}.with.${names.slice(1).join('.')}`);
  }
  if (isParam) return { kind: 'param', path: names };
  if (isStage) return { kind: 'stage', stage, path: names.slice(1) };
  if (draft.groups.has(first.name) && rest.length === 1 && rest[0].name === 'repeat') return { kind: 'tree', path: ['stages', ...names] };
  if (stage && rest.length > 0) throw unknownStageParam(stage, rest[0], types);
  if (stage) {
    throw problem(first.span, `"${first.name}" is a stage`,
      `name one of its parameters, for instance ${first.name}.${stageParams(stage, types)[0] ?? '…'}`);
  }
  if (draft.groups.has(first.name)) {
    throw problem((rest[0] ?? first).span,
      `only the number of rounds of the group "${first.name}" can be set`, `write ${first.name}.repeat`);
  }
  if (draft.params.has(first.name)) return { kind: 'param', path: paramPath(segments, draft) };
  throw problem(first.span, `no parameter and no stage is called "${first.name}"`,
    suggest(first.name, [...draft.params.keys(), ...draft.stages.keys(), ...draft.groups.keys(), 'seed'], 'known names'));
}

/** The path of an existing part of a parameter. */
function paramPath(segments: Override['segments'], draft: Draft): string[] {
  const names = segments.map(({ name }) => name);
  if (!draft.params.has(names[0])) {
    throw problem(segments[0].span, `the pipeline has no parameter "${names[0]}"`, suggest(names[0], draft.params.keys(), 'parameters'));
  }
  for (let i = 1; i < names.length; i += 1) {
    const parent = nodeAt(draft.params.get(names[0])!.value, names.slice(1, i))!;
    if (nodeAt(parent, [names[i]])) continue;
    throw problem(segments[i].span, `the parameter "${names.slice(0, i).join('.')}" has no "${names[i]}"`,
      suggest(names[i], parent.kind === 'object' ? parent.members.keys() : [], 'keys'));
  }
  return names;
}

/** What follows `stages.`: `search.with.iterations`, `search.resources.cores`, `loop.repeat`, `loop.stages.train.with.updates`. */
function stagesPath(segments: Override['segments'], draft: Draft, types: StageTypes): Target {
  const [first, second, ...rest] = segments;
  const group = draft.groups.get(first.name);
  if (group && second?.name === 'repeat' && rest.length === 0) return { kind: 'tree', path: ['stages', first.name, 'repeat'] };
  if (group && second?.name === 'stages' && rest.length > 0) return stagesPath(rest, draft, types);
  if (group) {
    throw problem((second ?? first).span, `"${first.name}" is a group`,
      `write stages.${first.name}.repeat or stages.<stage>.with.<parameter>`);
  }
  const stage = draft.stages.get(first.name);
  if (!stage) {
    throw problem(first.span, `no stage is called "${first.name}"`,
      suggest(first.name, [...draft.stages.keys(), ...draft.groups.keys()], 'stages'));
  }
  const known = { with: stageParams(stage, types), resources: ['cores', 'gpu', 'memory'], in: inputSlots(stage, types) };
  const part = second?.name as keyof typeof known | undefined;
  if (part === undefined || !Object.hasOwn(known, part)) {
    throw problem((second ?? first).span, `"${part ?? first.name}" is nothing of a stage that can be set`,
      suggest(part ?? '', Object.keys(known), 'parts of a stage'));
  }
  const [name] = rest;
  if (!name) {
    throw problem(second.span, `"${part}" is not one value`,
      `name one of its parts, for instance stages.${first.name}.${part}.${known[part][0] ?? '…'}`);
  }
  if (part === 'with') {
    if (!known.with.includes(name.name)) throw unknownStageParam(stage, name, types);
    return { kind: 'stage', stage, path: rest.map((segment) => segment.name) };
  }
  if (!known[part].includes(name.name) || rest.length > 1) {
    const shown = rest.map((segment) => segment.name).join('.');
    throw problem((rest[1] ?? name).span, `"${shown}" is unknown in "${part}" of the stage "${stage.name}"`,
      suggest(name.name, known[part], 'known names'));
  }
  return { kind: 'tree', path: [...stagePath(stage), part, name.name] };
}

function stagePath({ name, group }: StageDraft): string[] {
  return group ? ['stages', group.name, 'stages', name] : ['stages', name];
}

/** Names that a stage's parameters can have: those that its type declares. */
function stageParams(stage: StageDraft, types: StageTypes): string[] {
  return Object.keys((types.get(stage.uses.type)?.params.properties ?? {}) as object);
}

function inputSlots(stage: StageDraft, types: StageTypes): string[] {
  return Object.keys(types.get(stage.uses.type)?.inputs ?? {});
}

function unknownStageParam(stage: StageDraft, segment: { name: string; span: Span }, types: StageTypes): Error {
  return problem(segment.span, `the stage "${stage.name}" (${stage.uses.type}) has no parameter "${segment.name}"`,
    suggest(segment.name, stageParams(stage, types), 'parameters'));
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
      return many ? withNodeAt(root, ['matrix', 'seed'], list, key) : withNodeAt(withoutAxis(root, 'seed'), ['seed'], values[0], key);
    case 'param': {
      const name = target.path.join('.');
      return many ? withNodeAt(root, ['matrix', name], list, key) : withNodeAt(withoutAxis(root, name), ['params', ...target.path], values[0], key);
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
  const axis = axes.find(({ target }) => target.kind === 'param' && target.path.length <= path.length && overlaps(target.path, path));
  if (!axis) return;
  const text = overrides.find((override) => override.includes(`${path.join('.')}=`))!;
  const { span } = readOverride(text);
  throw problem(span, `the matrix axis "${axis.name}" replaces this value in every instance`, `set the axis itself: --set ${axis.name}=…`);
}
