import type { Graph } from './model.ts';

/** Nodes in dependency order and edges by id, for programs. */
export function toJson(graph: Graph): string {
  const nodes = graph.nodes.map(({ instance, state }) => {
    const { id, stage, type, group, round, variant } = instance;
    return { id, stage, type, group, round, variant, state };
  });
  const edges = graph.edges.map(({ from, to, output, slot, artifact }) => ({
    from: from.instance.id,
    output,
    to: to.instance.id,
    slot,
    artifact,
  }));
  return `${JSON.stringify({ name: graph.name, nodes, edges }, undefined, 2)}\n`;
}
