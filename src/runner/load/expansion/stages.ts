import { redeclaredArtifact } from '../../catalogue/artifacts.ts';
import type { StageTypes } from '../../catalogue/stage-types.ts';
import type { StageType } from '../../types.ts';
import type { GroupDraft, PipelineDraft, StageDraft } from '../grammar/draft.ts';
import type { Axis } from '../grammar/axes.ts';
import { problem } from '../text/problem.ts';
import { connect, typeOf } from './connect.ts';
import type { Connection } from './connect.ts';
import { Dependence } from './dependence.ts';

/** A stage of the file with what all of its instances share. */
export interface ConnectedStage {
  stage: StageDraft;
  type: StageType;
  connections: Connection[];
  /** Axes that an instance depends on, its inputs' included. */
  axes: ReadonlySet<number>;
}

export interface ConnectedStages {
  /** By name, in file order. */
  stages: Map<string, ConnectedStage>;
  /** Axes that the number of rounds of a group depends on. */
  repeatAxes: Map<GroupDraft, ReadonlySet<number>>;
}

/**
 * Gives each stage its type and its sources, and finds what it depends on.
 * @throws Diagnostic on an unknown type, and as `connect` does
 */
export function connectStages(draft: PipelineDraft, axes: readonly Axis[], types: StageTypes): ConnectedStages {
  const dependence = new Dependence(draft, axes);
  const repeatAxes = new Map(
    [...draft.groups.values()].map((group) => [group, dependence.ofNode(group.repeat)] as const),
  );
  const stages = new Map(
    [...draft.stages.values()].map((stage) => {
      const type = typeOf(stage, types);
      refuseRedeclared(stage, type, types.project);
      const connections = connect(stage, draft, types);
      return [stage.name, { stage, type, connections, axes: dependence.ofStage(stage, type.seeded ?? false) }] as const;
    }),
  );
  if (axes.length > 0) spreadAxes(stages, repeatAxes);
  return { stages, repeatAxes };
}

function refuseRedeclared({ uses }: StageDraft, type: StageType, project: string): void {
  const artifact = redeclaredArtifact(type, project);
  if (artifact === undefined) return;
  throw problem(
    uses.span,
    `"${type.name}" of shrinknas reads or writes the artifact ${artifact}, which this project declares otherwise`,
    `give yours another name, or remove schemas/artifacts/${artifact}.schema.json: then ${artifact} is that of `
      + 'shrinknas',
  );
}

/** The axes of a stage become those of the stages that use it, around circles as well; where it is gathered, they end. */
function spreadAxes(
  stages: Map<string, ConnectedStage & { axes: Set<number> }>,
  repeatAxes: ConnectedStages['repeatAxes'],
): void {
  type Growing = ConnectedStage & { axes: Set<number> };
  const users = new Map<Growing, Growing[]>();
  for (const user of stages.values()) {
    const single = user.connections.filter(({ label }) => label === undefined);
    for (const { stage } of single.flatMap(({ sources }) => sources)) {
      const source = stages.get(stage.name)!;
      users.set(source, [...(users.get(source) ?? []), user]);
      // From outside, which round is the last depends on what `repeat` depends on.
      if (stage.group && stage.group !== user.stage.group) addAll(repeatAxes.get(stage.group)!, user.axes);
    }
  }
  const changed = new Set(stages.values());
  for (const stage of changed) {
    // a set may grow while it is walked through; what is deleted and added again comes once more
    changed.delete(stage);
    for (const user of users.get(stage) ?? []) if (addAll(stage.axes, user.axes)) changed.add(user);
  }
}

/** Whether the target grew. */
function addAll(axes: ReadonlySet<number>, target: Set<number>): boolean {
  const before = target.size;
  for (const axis of axes) target.add(axis);
  return target.size > before;
}
