import type { Node, ObjectNode } from '../runner/load/text/node.ts';
import { nodeAt } from '../runner/load/text/node.ts';
import { locationOf } from '../runner/load/text/source.ts';
import { hasTemplate, readTemplate } from '../runner/load/grammar/template.ts';
import type { Location, Pipeline } from '../runner/types.ts';

export interface UnusedFinding {
  location: Location;
  message: string;
}

/**
 * What a pipeline declares and nothing uses: parameters that no text refers to, and single outputs,
 * byproducts apart, that no stage reads.
 */
export function findUnused(root: ObjectNode, pipeline: Pipeline): UnusedFinding[] {
  return [...unusedParams(root), ...unreadOutputs(pipeline)];
}

function unusedParams(root: ObjectNode): UnusedFinding[] {
  const params = nodeAt(root, ['params']);
  if (params?.kind !== 'object') return [];
  const used = new Set(paramsIn(root));
  return [...params.members]
    .filter(([name]) => !used.has(name))
    .map(([name, { key }]) => ({
      location: locationOf(key),
      message: `parameter "${name}" is used nowhere: remove it, or refer to it as \${params.${name}}`,
    }));
}

/** Names of the parameters that the strings of a tree refer to. */
function paramsIn(node: Node): string[] {
  if (node.kind === 'object') return [...node.members.values()].flatMap(({ value }) => paramsIn(value));
  if (node.kind === 'array') return node.items.flatMap(paramsIn);
  if (!hasTemplate(node)) return [];
  return readTemplate(node).flatMap((part) =>
    typeof part !== 'string' && part.kind === 'params' ? [part.path[0]] : [],
  );
}

/**
 * Outputs that no instance reads. A stage of which nothing is read at all is a result, and rounds and
 * variants speak for each other.
 */
function unreadOutputs(pipeline: Pipeline): UnusedFinding[] {
  const stageOf = new Map(pipeline.stages.map(({ id, stage }) => [id, stage]));
  const read = new Map<string, Set<string>>();
  for (const { stage, output } of pipeline.stages.flatMap(({ inputs }) => Object.values(inputs))) {
    const name = stageOf.get(stage) ?? stage;
    read.set(name, (read.get(name) ?? new Set()).add(output));
  }
  const first = new Map(pipeline.stages.toReversed().map((instance) => [instance.stage, instance]));
  return [...first.values()].toReversed().flatMap(({ stage, type, location }) => {
    const outputs = read.get(stage);
    return outputs === undefined
      ? []
      : Object.entries(pipeline.types[type].outputs)
          .filter(([output, { byproduct }]) => !byproduct && !outputs.has(output))
          .map(([output]) => ({ location, message: `output "${output}" of stage "${stage}" is read by no stage` }));
  });
}
