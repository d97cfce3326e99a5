import type { StageTypes } from '../../../catalogue/stage-types.ts';
import { suggest } from '../../../suggestion.ts';
import { nodeAt } from '../../text/node.ts';
import { problem } from '../../text/problem.ts';
import type { PipelineDraft } from '../draft.ts';
import type { Override, Segment } from './option.ts';
import type { Target } from './stage-path.ts';
import { stageParams, stagesPath, unknownStageParam } from './stage-path.ts';

/** @throws Diagnostic under the segment of the path that does not exist, with a suggestion. */
export function resolvePath({ segments }: Override, draft: PipelineDraft, types: StageTypes): Target {
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
function shortPath(segments: Segment[], draft: PipelineDraft, types: StageTypes): Target {
  const [first, ...rest] = segments;
  const names = segments.map(({ name }) => name);
  const stage = draft.stages.get(first.name);
  const isParam = nodeAt(draft.params.get(first.name)?.value, names.slice(1)) !== undefined;
  const isStage = stage !== undefined && rest.length > 0 && stageParams(stage, types).includes(rest[0].name);
  if (isParam && isStage) {
    throw problem(
      first.span,
      `"${names.join('.')}" is a parameter of the pipeline and one of the stage "${first.name}"`,
      `write params.${names.join('.')} or stages.${first.name}.with.${names.slice(1).join('.')}`,
    );
  }
  if (isParam) return { kind: 'param', path: names };
  if (isStage) return { kind: 'stage', stage, path: names.slice(1) };
  if (draft.groups.has(first.name) && rest.length === 1 && rest[0].name === 'repeat')
    return { kind: 'tree', path: ['stages', ...names] };
  if (stage && rest.length > 0) throw unknownStageParam(stage, rest[0], types);
  if (stage) {
    throw problem(
      first.span,
      `"${first.name}" is a stage`,
      `name one of its parameters, for instance ${first.name}.${stageParams(stage, types)[0] ?? '…'}`,
    );
  }
  if (draft.groups.has(first.name)) {
    throw problem(
      (rest[0] ?? first).span,
      `only the number of rounds of the group "${first.name}" can be set`,
      `write ${first.name}.repeat`,
    );
  }
  if (draft.params.has(first.name)) return { kind: 'param', path: paramPath(segments, draft) };
  throw problem(
    first.span,
    `no parameter and no stage is called "${first.name}"`,
    suggest(
      first.name,
      [...draft.params.keys(), ...draft.stages.keys(), ...draft.groups.keys(), 'seed'],
      'known names',
    ),
  );
}

/** The path of an existing part of a parameter. */
function paramPath(segments: Segment[], draft: PipelineDraft): string[] {
  const names = segments.map(({ name }) => name);
  if (!draft.params.has(names[0])) {
    throw problem(
      segments[0].span,
      `the pipeline has no parameter "${names[0]}"`,
      suggest(names[0], draft.params.keys(), 'parameters'),
    );
  }
  for (let i = 1; i < names.length; i += 1) {
    const parent = nodeAt(draft.params.get(names[0])!.value, names.slice(1, i))!;
    if (nodeAt(parent, [names[i]])) continue;
    throw problem(
      segments[i].span,
      `the parameter "${names.slice(0, i).join('.')}" has no "${names[i]}"`,
      suggest(names[i], parent.kind === 'object' ? parent.members.keys() : [], 'keys'),
    );
  }
  return names;
}
