import { describe } from '../text/node.ts';
import type { Member, Node, ObjectNode } from '../text/node.ts';
import { problem } from '../text/problem.ts';
import { isPlainLabel } from './axes.ts';
import { readInput } from './reference.ts';
import type { InputDraft } from './reference.ts';
import { checkKeys, expectInteger, expectMember, expectObject, expectString } from './shape.ts';
import type { Span } from '../text/source.ts';
import { hasTemplate } from './template.ts';

/** A pipeline as written: its shape is checked, its substitutions, rounds and matrix are still to be worked out. */
export interface PipelineDraft {
  root: ObjectNode;
  name: string;
  description?: string;
  seed?: Node;
  params: Map<string, Member>;
  /** `names` where the values of an axis have names of their own. */
  matrix: Map<string, { key: Span; values: Node[]; names?: string[] }>;
  /** In file order, those of groups included. */
  stages: Map<string, StageDraft>;
  groups: Map<string, GroupDraft>;
}

export interface StageDraft {
  name: string;
  key: Span;
  uses: { type: string; span: Span };
  inputs: Map<string, InputDraft>;
  with?: Member;
  resources?: Member;
  timeout?: Member;
  retries?: Member;
  group?: GroupDraft;
}

export interface GroupDraft {
  name: string;
  key: Span;
  repeat: Node;
  stages: StageDraft[];
}

/** Names become those of folders, beside a time and a number. */
const longestName = 100;

const PIPELINE_KEYS = ['$schema', 'name', 'description', 'extends', 'seed', 'params', 'matrix', 'stages'];
const STAGE_KEYS = ['uses', 'in', 'with', 'resources', 'timeout', 'retries'];
const GROUP_KEYS = ['repeat', 'stages'];

/** Checks the shape of a merged tree. @throws Diagnostic at the first part that does not fit. */
export function readDraft(root: ObjectNode): PipelineDraft {
  checkKeys(root, PIPELINE_KEYS, 'a pipeline');
  const top = { ...root.span, end: root.span.start + 1 };
  const draft: PipelineDraft = {
    root,
    name: readName(expectMember(root, 'name', 'the pipeline', top).value),
    seed: root.members.get('seed')?.value,
    params: readParams(root.members.get('params')?.value),
    matrix: readMatrix(root.members.get('matrix')?.value),
    stages: new Map(),
    groups: new Map(),
  };
  const description = root.members.get('description');
  if (description) draft.description = expectString(description.value, '"description"');
  if (draft.seed && !hasTemplate(draft.seed)) expectInteger(draft.seed, '"seed"', 0);
  const stages = expectMember(root, 'stages', 'the pipeline', top);
  for (const [name, member] of expectObject(stages.value, '"stages"').members) readStageOrGroup(name, member, draft);
  if (draft.stages.size === 0) {
    throw problem(stages.key, 'the pipeline has no stages', 'add one, for instance { "fetch": { "uses": "fetch" } }');
  }
  return draft;
}

function readName(node: Node): string {
  const name = expectString(node, '"name"');
  if (name.length > longestName) {
    throw problem(node.span, `this name has ${name.length} characters`, `names have at most ${longestName}`);
  }
  // Names the folder of the runs.
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name)) {
    throw problem(
      node.span,
      `the name ${JSON.stringify(name)} cannot name a folder`,
      'use letters, digits, ".", "_" and "-"',
    );
  }
  return name;
}

function readParams(node: Node | undefined): Map<string, Member> {
  if (!node) return new Map();
  const params = expectObject(node, '"params"').members;
  for (const [name, member] of params) {
    if (name === 'seed') {
      throw problem(
        member.key,
        'a parameter cannot be called "seed"',
        'the run\'s seed is the key "seed" of the pipeline, ${seed} in texts',
      );
    }
    if (!/^[A-Za-z_][\w-]*$/.test(name)) {
      throw problem(
        member.key,
        `"${name}" cannot be the name of a parameter`,
        'use letters, digits, "_" and "-", a letter first',
      );
    }
  }
  return params;
}

function readMatrix(node: Node | undefined): PipelineDraft['matrix'] {
  const matrix: PipelineDraft['matrix'] = new Map();
  if (!node) return matrix;
  for (const [name, { key, value }] of expectObject(node, '"matrix"').members) {
    if (value.kind === 'object' && value.members.size > 0) {
      for (const [label, member] of value.members) checkLabel(label, member.key);
      const values = [...value.members.values()].map((member) => member.value);
      matrix.set(name, { key, values, names: [...value.members.keys()] });
      continue;
    }
    if (value.kind !== 'array' || value.items.length === 0) {
      throw problem(
        value.span,
        `the matrix axis "${name}" must be a list of values, or values by name, found `
          + `${value.kind === 'array' ? 'an empty list' : describe(value)}`,
      );
    }
    matrix.set(name, { key, values: value.items });
  }
  return matrix;
}

/** Names of values stand in those of instances. */
function checkLabel(label: string, key: Span): void {
  if (!isPlainLabel(label))
    throw problem(
      key,
      `${JSON.stringify(label)} cannot name a value`,
      'use at most 40 letters, digits, "_", ".", "+" and "-"',
    );
}

function readStageOrGroup(name: string, member: Member, draft: PipelineDraft): void {
  const node = expectObject(member.value, `stage "${name}"`);
  if (!node.members.has('repeat') && !node.members.has('stages')) {
    addStage(readStage(name, member), draft);
    return;
  }
  checkName(name, member.key, draft);
  checkKeys(node, GROUP_KEYS, `the group "${name}"`);
  const repeat = expectMember(node, 'repeat', `the group "${name}"`, member.key).value;
  if (!hasTemplate(repeat)) expectInteger(repeat, '"repeat"', 1);
  const group: GroupDraft = { name, key: member.key, repeat, stages: [] };
  draft.groups.set(name, group);
  const inner = expectMember(node, 'stages', `the group "${name}"`, member.key);
  for (const [innerName, innerMember] of expectObject(inner.value, `"stages" of "${name}"`).members) {
    const innerNode = expectObject(innerMember.value, `stage "${innerName}"`);
    if (innerNode.members.has('repeat') || innerNode.members.has('stages')) {
      throw problem(
        innerMember.key,
        `the group "${innerName}" stands inside the group "${name}": groups do not nest`,
        'move it out',
      );
    }
    const stage: StageDraft = { ...readStage(innerName, innerMember), group };
    group.stages.push(stage);
    addStage(stage, draft);
  }
  if (group.stages.length === 0) throw problem(inner.key, `the group "${name}" has no stages`);
}

function addStage(stage: StageDraft, draft: PipelineDraft): void {
  checkName(stage.name, stage.key, draft);
  draft.stages.set(stage.name, stage);
}

function checkName(name: string, key: Span, draft: PipelineDraft): void {
  if (!/^[a-z][a-z0-9-]*$/.test(name)) {
    throw problem(
      key,
      `"${name}" cannot be the name of a stage`,
      'use lower-case letters, digits and "-", a letter first',
    );
  }
  if (draft.stages.has(name) || draft.groups.has(name)) {
    throw problem(
      key,
      `the name "${name}" is taken by another stage or group`,
      'stage names are unique in the whole file: choose another',
    );
  }
}

function readStage(name: string, member: Member): StageDraft {
  const what = `stage "${name}"`;
  const node = expectObject(member.value, what);
  checkKeys(node, STAGE_KEYS, what);
  const uses = expectMember(node, 'uses', what, member.key).value;
  const stage: StageDraft = {
    name,
    key: member.key,
    uses: { type: expectString(uses, '"uses"', 'name a stage type, for instance "fetch"'), span: uses.span },
    inputs: new Map(),
    with: node.members.get('with'),
    resources: node.members.get('resources'),
    timeout: node.members.get('timeout'),
    retries: node.members.get('retries'),
  };
  const inputs = node.members.get('in');
  if (inputs) {
    for (const [slot, input] of expectObject(inputs.value, `"in" of ${what}`).members) {
      stage.inputs.set(slot, readInput(input, slot));
    }
  }
  if (stage.with) expectObject(stage.with.value, `"with" of ${what}`);
  if (stage.resources) {
    checkKeys(
      expectObject(stage.resources.value, `"resources" of ${what}`),
      ['cores', 'gpu', 'memory'],
      `"resources" of ${what}`,
    );
  }
  return stage;
}
