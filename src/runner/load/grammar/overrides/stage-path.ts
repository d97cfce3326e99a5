import type { StageTypes } from '../../../catalogue/stage-types.ts';
import { suggest } from '../../../suggestion.ts';
import { problem } from '../../text/problem.ts';
import type { PipelineDraft, StageDraft } from '../draft.ts';
import type { Segment } from './option.ts';

/** What a `--set` path leads to. */
export type Target =
  | { kind: 'tree'; path: string[] }
  | { kind: 'seed' }
  | { kind: 'param'; path: string[] }
  | { kind: 'axis'; name: string }
  | { kind: 'stage'; stage: StageDraft; path: string[] };

/**
 * What follows `stages.`: `search.with.iterations`, `search.resources.cores`, `loop.repeat`,
 * `loop.stages.train.with.updates`.
 */
export function stagesPath(segments: Segment[], draft: PipelineDraft, types: StageTypes): Target {
  const [first, second, ...rest] = segments;
  const group = draft.groups.get(first.name);
  if (group && second?.name === 'repeat' && rest.length === 0)
    return { kind: 'tree', path: ['stages', first.name, 'repeat'] };
  if (group && second?.name === 'stages' && rest.length > 0) return stagesPath(rest, draft, types);
  if (group) {
    throw problem(
      (second ?? first).span,
      `"${first.name}" is a group`,
      `write stages.${first.name}.repeat or stages.<stage>.with.<parameter>`,
    );
  }
  const stage = draft.stages.get(first.name);
  if (!stage) {
    throw problem(
      first.span,
      `no stage is called "${first.name}"`,
      suggest(first.name, [...draft.stages.keys(), ...draft.groups.keys()], 'stages'),
    );
  }
  if (rest.length === 0 && (second?.name === 'timeout' || second?.name === 'retries'))
    return { kind: 'tree', path: [...stagePath(stage), second.name] };
  const known = {
    with: stageParams(stage, types),
    resources: ['cores', 'gpu', 'memory'],
    in: inputSlots(stage, types),
  };
  const part = second?.name as keyof typeof known | undefined;
  if (part === undefined || !Object.hasOwn(known, part)) {
    throw problem(
      (second ?? first).span,
      `"${part ?? first.name}" is nothing of a stage that can be set`,
      suggest(part ?? '', [...Object.keys(known), 'timeout', 'retries'], 'parts of a stage'),
    );
  }
  const [name] = rest;
  if (!name) {
    throw problem(
      second.span,
      `"${part}" is not one value`,
      `name one of its parts, for instance stages.${first.name}.${part}.${known[part][0] ?? '…'}`,
    );
  }
  if (part === 'with') {
    if (!known.with.includes(name.name)) throw unknownStageParam(stage, name, types);
    return { kind: 'stage', stage, path: rest.map((segment) => segment.name) };
  }
  // A label of a slot that gathers.
  const depth = part === 'in' && types.get(stage.uses.type)?.inputs[name.name]?.many ? 2 : 1;
  if (!known[part].includes(name.name) || rest.length > depth) {
    const shown = rest.map((segment) => segment.name).join('.');
    throw problem(
      (rest[depth] ?? name).span,
      `"${shown}" is unknown in "${part}" of the stage "${stage.name}"`,
      suggest(name.name, known[part], 'known names'),
    );
  }
  return { kind: 'tree', path: [...stagePath(stage), part, ...rest.map((segment) => segment.name)] };
}

/** Keys in the tree that lead to a stage. */
export function stagePath({ name, group }: StageDraft): string[] {
  return group ? ['stages', group.name, 'stages', name] : ['stages', name];
}

/** Names that a stage's parameters can have: those that its type declares. */
export function stageParams(stage: StageDraft, types: StageTypes): string[] {
  return Object.keys((types.get(stage.uses.type)?.params.properties ?? {}) as object);
}

function inputSlots(stage: StageDraft, types: StageTypes): string[] {
  return Object.keys(types.get(stage.uses.type)?.inputs ?? {});
}

export function unknownStageParam(stage: StageDraft, segment: Segment, types: StageTypes): Error {
  return problem(
    segment.span,
    `the stage "${stage.name}" (${stage.uses.type}) has no parameter "${segment.name}"`,
    suggest(segment.name, stageParams(stage, types), 'parameters'),
  );
}
