import type { Pipeline, StageInstance } from '../types.ts';

/** A pipeline as nodes and edges, with the rounds of groups set apart: what every format draws. */
export interface Graph {
  name: string;
  nodes: GraphNode[];
  edges: GraphEdge[];
  /** One for each round of each group, in order of first appearance. */
  rounds: { group: string; round: number; nodes: GraphNode[] }[];
}

export interface GraphNode {
  /** Position in the pipeline: a name that every format can write. */
  index: number;
  instance: StageInstance;
  state?: string;
}

export interface GraphEdge {
  from: GraphNode;
  to: GraphNode;
  output: string;
  slot: string;
  artifact: string;
}

export function toGraph(pipeline: Pipeline, states: ReadonlyMap<string, string> | undefined): Graph {
  const nodes = pipeline.stages.map((instance, index): GraphNode => ({
    index,
    instance,
    state: states?.get(instance.id),
  }));
  const byId = new Map(nodes.map((node) => [node.instance.id, node]));
  const edges = nodes.flatMap((to) =>
    Object.entries(to.instance.inputs).map(([slot, { stage, output }]): GraphEdge => {
      const from = byId.get(stage)!;
      return { from, to, output, slot, artifact: pipeline.types[from.instance.type].outputs[output].artifact };
    }),
  );
  const rounds = new Map<string, Graph['rounds'][number]>();
  for (const node of nodes) {
    const { group, round } = node.instance;
    if (group === undefined || round === undefined) continue;
    const key = `${group} ${round}`;
    if (!rounds.has(key)) rounds.set(key, { group, round, nodes: [] });
    rounds.get(key)!.nodes.push(node);
  }
  return { name: pipeline.name, nodes, edges, rounds: [...rounds.values()] };
}
