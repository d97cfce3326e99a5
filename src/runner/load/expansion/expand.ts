import type { StageTypes } from '../../catalogue/stage-types.ts';
import type { Pipeline, StageInstance } from '../../types.ts';
import type { Axis } from '../grammar/axes.ts';
import type { GroupDraft, PipelineDraft } from '../grammar/draft.ts';
import { toValue } from '../text/node.ts';
import { problem } from '../text/problem.ts';
import { Ground } from './ground.ts';
import { instantiate } from './instance.ts';
import { refuseTooMany } from './limit.ts';
import { dependencyOrder } from './order.ts';
import { connectStages } from './stages.ts';

/** Turns a draft into plain instances in dependency order, working out rounds, matrix, substitutions and defaults. */
export function expand(
  draft: PipelineDraft,
  axes: readonly Axis[],
  types: StageTypes,
): Pick<Pipeline, 'seed' | 'params' | 'stages' | 'types'> {
  const ground = new Ground(draft, axes, connectStages(draft, axes, types));
  const scope = ground.scope();
  return {
    seed: scope.seed().value,
    params: Object.fromEntries(
      [...draft.params].map(([name, { key }]) => [name, toValue(scope.param([name], key))] as const),
    ),
    stages: inOrder(instancesOf(ground, types), ground),
    types: Object.fromEntries([...ground.stages.values()].map(({ type }) => [type.name, type])),
  };
}

/** In file order. */
function instancesOf(ground: Ground, types: StageTypes): StageInstance[] {
  const instances: StageInstance[] = [];
  const grouped = new Set<GroupDraft>();
  for (const connected of ground.stages.values()) {
    const { group } = connected.stage;
    if (!group)
      for (const choice of ground.choicesOf(connected))
        instances.push(instantiate(connected, choice, undefined, ground, types));
    else if (!grouped.has(group)) {
      grouped.add(group);
      instances.push(...roundsOf(group, ground, types));
    }
  }
  return instances;
}

/** Round by round, in each the stages in file order. */
function roundsOf(group: GroupDraft, ground: Ground, types: StageTypes): StageInstance[] {
  const members = group.stages.flatMap(({ name }) => {
    const connected = ground.stages.get(name)!;
    return ground.choicesOf(connected).map((choice) => ({ connected, choice, rounds: ground.roundsOf(group, choice) }));
  });
  const total = members.reduce((sum, { rounds }) => sum + rounds, 0);
  refuseTooMany(total, group.repeat.span, `this group makes ${total} stages`);
  const last = members.reduce((most, { rounds }) => Math.max(most, rounds), 0);
  const instances: StageInstance[] = [];
  for (let round = 1; round <= last; round += 1) {
    for (const { connected, choice, rounds } of members) {
      if (round <= rounds) instances.push(instantiate(connected, choice, round, ground, types));
    }
  }
  return instances;
}

function inOrder(instances: StageInstance[], { draft, stages }: Ground): StageInstance[] {
  refuseTooMany(
    instances.length,
    draft.root.members.get('stages')!.key,
    `the pipeline makes ${instances.length} stages`,
  );
  const position = new Map(instances.map(({ id }, i) => [id, i]));
  const nodes = instances.map(({ inputs }) => ({
    inputs: Object.values(inputs).map(({ stage }) => position.get(stage)!),
  }));
  const result = dependencyOrder(nodes);
  if ('order' in result) return result.order.map((i) => instances[i]);
  const circle = result.circle.map((i) => instances[i]);
  const [first] = circle;
  const next = circle[1] ?? first;
  const sources = stages.get(first.stage)!.connections.flatMap((connection) => connection.sources);
  throw problem(
    sources.find(({ stage }) => stage.name === next.stage)!.reference.span,
    `stages need each other in a circle: ${[...circle, first].map(({ id }) => id).join(' → ')}`,
    'remove one of these inputs, or refer to the round before with [-1]',
  );
}
