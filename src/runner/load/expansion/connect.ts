import type { StageType } from '../../types.ts';
import type { PipelineDraft, StageDraft } from '../grammar/draft.ts';
import { problem } from '../text/problem.ts';
import { suggest } from '../../suggestion.ts';
import { referenceHint } from '../grammar/reference.ts';
import type { InputDraft, Reference } from '../grammar/reference.ts';
import { describe } from '../text/node.ts';
import type { StageTypes } from '../../catalogue/stage-types.ts';

/** A slot with what may feed it, in order of preference, or one of the sources that it gathers from. */
export interface Connection {
  slot: string;
  optional: boolean;
  sources: ConnectedSource[];
  /** Only of a slot that gathers: what its one source is called. */
  label?: string;
}

export interface ConnectedSource {
  stage: StageDraft;
  output: string;
  reference: Reference;
}

/** The type of a stage. @throws Diagnostic when there is none of that name. */
export function typeOf(stage: StageDraft, types: StageTypes): StageType {
  const type = types.get(stage.uses.type);
  if (!type)
    throw problem(
      stage.uses.span,
      `unknown stage type "${stage.uses.type}"`,
      suggest(stage.uses.type, types.names, 'stage types'),
    );
  return type;
}

/**
 * Finds the stage and output that each reference of a stage means.
 * @throws Diagnostic on an unknown slot, stage or output, a wrong artifact type, or a required slot without a source.
 */
export function connect(stage: StageDraft, draft: PipelineDraft, types: StageTypes): Connection[] {
  const type = typeOf(stage, types);
  for (const [slot, { key }] of stage.inputs) {
    if (!Object.hasOwn(type.inputs, slot)) {
      throw problem(
        key,
        `the stage "${stage.name}" (${type.name}) has no input "${slot}"`,
        suggest(slot, Object.keys(type.inputs), 'inputs'),
      );
    }
  }
  const connections: Connection[] = [];
  for (const [slot, { artifact, description, optional = false, many = false }] of Object.entries(type.inputs)) {
    const input = stage.inputs.get(slot);
    const sourceOf = (reference: Reference) => findSource(reference, slot, artifact, stage, draft, types);
    if (input && many) {
      for (const [label, reference] of labelledOf(input, slot))
        connections.push({ slot, optional, label, sources: [sourceOf(reference)] });
    } else if (input) {
      connections.push({ slot, optional, sources: referencesOf(input, slot).map(sourceOf) });
    } else if (!optional) {
      throw problem(
        stage.key,
        `the stage "${stage.name}" (${type.name}) lacks its input "${slot}"`,
        `connect it under "in": ${description}`,
      );
    }
  }
  return connections;
}

function labelledOf(input: InputDraft, slot: string): Map<string, Reference> {
  if ('labelled' in input && input.labelled.size > 0) return input.labelled;
  const hint = `write an object with a label for each source: { "<label>": "<stage>" }`;
  if ('labelled' in input) throw problem(input.value.span, `"${slot}" gathers nothing`, hint);
  throw problem(input.value.span, `"${slot}" gathers several results, found ${describe(input.value)}`, hint);
}

function referencesOf(input: InputDraft, slot: string): Reference[] {
  if ('references' in input) return input.references;
  throw problem(
    input.value.span,
    `"${slot}" must name a stage, found ${describe(input.value)}`,
    `${referenceHint}; it takes one result only`,
  );
}

function findSource(
  reference: Reference,
  slot: string,
  artifact: string,
  user: StageDraft,
  draft: PipelineDraft,
  types: StageTypes,
): Connection['sources'][number] {
  const stage = draft.stages.get(reference.stage);
  if (!stage) {
    const group = draft.groups.get(reference.stage);
    if (group) {
      throw problem(
        reference.span,
        `"${reference.stage}" is a group, not a stage`,
        `name one of its stages: ${group.stages.map(({ name }) => name).join(', ')}`,
      );
    }
    throw problem(
      reference.span,
      `no stage is called "${reference.stage}"`,
      suggest(reference.stage, draft.stages.keys(), 'stages'),
    );
  }
  if (reference.round !== undefined && !stage.group) {
    throw problem(
      reference.span,
      `"${reference.text}": the stage "${stage.name}" is not repeated`,
      `write "${stage.name}"`,
    );
  }
  if (reference.round !== undefined && reference.round < 0 && stage.group !== user.group) {
    throw problem(
      reference.span,
      `"${reference.text}" means an earlier round, which only stages of the same group have`,
      `write "${stage.name}" for the last round, or "${stage.name}[1]" for the first`,
    );
  }
  return { stage, output: findOutput(reference, slot, artifact, typeOf(stage, types)), reference };
}

function findOutput(reference: Reference, slot: string, artifact: string, source: StageType): string {
  const { span, stage, output } = reference;
  const fitting = Object.keys(source.outputs).filter((name) => source.outputs[name].artifact === artifact);
  if (output === undefined) {
    if (fitting.length === 1) return fitting[0];
    if (fitting.length > 1) {
      throw problem(
        span,
        `"${stage}" (${source.name}) has several outputs of the type ${artifact}: ${fitting.join(', ')}`,
        `say which: "${reference.text}.${fitting[0]}"`,
      );
    }
    throw problem(
      span,
      `"${slot}" needs the artifact ${artifact}, which "${stage}" (${source.name}) does not make`,
      listOutputs(source),
    );
  }
  if (!Object.hasOwn(source.outputs, output)) {
    throw problem(
      span,
      `"${stage}" (${source.name}) has no output "${output}"`,
      suggest(output, Object.keys(source.outputs), 'outputs'),
    );
  }
  const actual = source.outputs[output].artifact;
  if (actual !== artifact) {
    throw problem(
      span,
      `"${slot}" needs the artifact ${artifact}, but "${stage}.${output}" is ${actual}`,
      fitting.length > 0 ? `write "${stage}.${fitting[0]}"` : listOutputs(source),
    );
  }
  return output;
}

function listOutputs(type: StageType): string {
  const outputs = Object.entries(type.outputs).map(([name, { artifact }]) => `${name} (${artifact})`);
  return outputs.length === 0 ? 'it has no outputs' : `its outputs: ${outputs.join(', ')}`;
}
