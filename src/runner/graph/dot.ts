import { COLOURS, PLAIN } from './colours.ts';
import type { Graph, GraphNode } from './model.ts';

/** A digraph in the DOT language of Graphviz. */
export function toDot(graph: Graph): string {
  const lines = [
    `digraph ${quote(graph.name)} {`,
    '  rankdir=LR;',
    `  node [shape=box, style="rounded,filled", fontname="sans-serif", fillcolor="${PLAIN.fill}", `
      + `color="${PLAIN.line}"];`,
    '  edge [fontname="sans-serif", fontsize=10];',
  ];
  const grouped = new Set(graph.rounds.flatMap(({ nodes }) => nodes));
  for (const node of graph.nodes) if (!grouped.has(node)) lines.push(`  ${drawNode(node)}`);
  for (const { group, round, nodes } of graph.rounds) {
    lines.push(
      `  subgraph ${quote(`cluster_${group}_${round}`)} {`,
      `    label=${quote(`${group}, round ${round}`)};`,
      ...nodes.map((node) => `    ${drawNode(node)}`),
      '  }',
    );
  }
  for (const { from, to, artifact } of graph.edges)
    lines.push(`  ${quote(from.instance.id)} -> ${quote(to.instance.id)} [label=${quote(artifact)}];`);
  return `${lines.join('\n')}\n}\n`;
}

function drawNode({ instance, state }: GraphNode): string {
  const label = instance.type === instance.stage ? instance.id : `${instance.id}\n${instance.type}`;
  const attributes = [`label=${quote(label)}`];
  if (state !== undefined) {
    const { fill, line } = COLOURS[state] ?? PLAIN;
    attributes.push(`fillcolor="${fill}"`, `color="${line}"`, `tooltip=${quote(state)}`);
  }
  return `${quote(instance.id)} [${attributes.join(', ')}];`;
}

function quote(text: string): string {
  return `"${text.replace(/[\\"]/g, '\\$&').replace(/\n/g, '\\n')}"`;
}
