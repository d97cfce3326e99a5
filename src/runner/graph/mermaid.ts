import { COLOURS, PLAIN } from './colours.ts';
import type { Graph, GraphNode } from './model.ts';

/** A Mermaid flowchart. */
export function toMermaid(graph: Graph): string {
  const lines = ['---', `title: ${JSON.stringify(graph.name)}`, '---', 'flowchart LR'];
  const grouped = new Set(graph.rounds.flatMap(({ nodes }) => nodes));
  for (const node of graph.nodes) if (!grouped.has(node)) lines.push(`  ${drawNode(node)}`);
  graph.rounds.forEach(({ group, round, nodes }, i) => {
    lines.push(
      `  subgraph r${i} [${quote(`${group}, round ${round}`)}]`,
      ...nodes.map((node) => `    ${drawNode(node)}`),
      '  end',
    );
  });
  for (const { from, to, artifact } of graph.edges) lines.push(`  n${from.index} -->|${quote(artifact)}| n${to.index}`);
  for (const state of new Set(graph.nodes.map((node) => node.state))) {
    if (state === undefined) continue;
    const { fill, line } = COLOURS[state] ?? PLAIN;
    lines.push(`  classDef ${className(state)} fill:${fill},stroke:${line},color:#000000`);
  }
  return `${lines.join('\n')}\n`;
}

function drawNode({ index, instance, state }: GraphNode): string {
  const label = instance.type === instance.stage ? instance.id : `${instance.id}\n${instance.type}`;
  return `n${index}[${quote(label)}]${state === undefined ? '' : `:::${className(state)}`}`;
}

/** Mermaid has no escapes but entities, and reads `#` as the start of one. */
function quote(text: string): string {
  return `"${text.replace(/[#"&<>]/g, (c) => `#${c.charCodeAt(0)};`).replace(/\n/g, '<br/>')}"`;
}

/** A prefix keeps states apart from the words of Mermaid's own grammar, such as `end`. */
function className(state: string): string {
  return `state-${state.replace(/\W+/g, '-')}`;
}
