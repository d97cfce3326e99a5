import { describe, expect, test } from '@jest/globals';
import { drawGraph } from '../../../src/runner/graph/index.ts';
import type { JsonObject } from '../../../src/runner/stage.ts';
import { Project } from '../load/project.ts';

const project = new Project();
const file: JsonObject = {
  name: 'daily-bread',
  params: { field: 'north' },
  matrix: { field: ['a b', 'c"d'] },
  stages: {
    harvest: { uses: 'harvest' },
    loop: { repeat: 2, stages: { flour: { uses: 'mill', in: { crop: 'harvest', before: 'flour[-1]' } } } },
    far: { uses: 'harvest', with: { field: '${params.field}' } },
    meal: { uses: 'mill', in: { crop: 'far', before: 'flour' } },
  },
};
const pipeline = project.load(file);
const states = new Map([
  ['harvest', 'fresh'],
  ['flour.1', 'restore'],
  ['flour.2', 'run'],
  ['meal', 'not reached'],
]);
const edges = pipeline.stages
  .flatMap(({ id, inputs }) => Object.values(inputs).map(({ stage }) => `${stage} → ${id}`))
  .sort();

/** Label of each node by the name that the drawing gives it. */
function nodes(text: string, pattern: RegExp): Map<string, string> {
  return new Map([...text.matchAll(pattern)].map((match) => [match[1], match[2]]));
}

describe('a drawing', () => {
  test('in Mermaid has every stage and edge, rounds in subgraphs, and a class for each state', () => {
    const text = drawGraph(pipeline, states, 'mermaid');
    const labels = nodes(text, /^ +(n\d+)\["([^"]*)"\]/gm);
    expect([...labels.values()].map((label) => label.split('<br/>')[0])).toEqual(
      expect.arrayContaining(['harvest', 'flour.1', 'flour.2']),
    );
    expect(labels.size).toBe(pipeline.stages.length);
    const drawn = [...text.matchAll(/^ {2}(n\d+) -->\|"(\w+)"\| (n\d+)$/gm)].map(
      ([, from, , to]) => `${labels.get(from)!.split('<br/>')[0]} → ${labels.get(to)!.split('<br/>')[0]}`,
    );
    expect(drawn.sort()).toEqual(edges);
    expect(text).toContain('  subgraph r0 ["loop, round 1"]\n    n1["flour.1<br/>mill"]:::state-restore\n  end\n');
    expect(text).toContain('n0["harvest"]:::state-fresh');
    expect(text).toMatch(/classDef state-run fill:#\w{6},stroke:#\w{6}/);
    expect(text).toContain('n0 -->|"crop"| n1');
    // Every subgraph ends, and no line is anything but what the grammar of flowcharts has.
    expect(text.split('\n').filter((line) => line.trim().startsWith('subgraph')).length).toBe(
      text.split('\n').filter((line) => line.trim() === 'end').length,
    );
  });

  test('in DOT has every stage and edge, rounds in clusters, and colours', () => {
    const text = drawGraph(pipeline, states, 'dot');
    const drawn = [...text.matchAll(/^ {2}"((?:[^"\\]|\\.)*)" -> "((?:[^"\\]|\\.)*)" \[label="\w+"\];$/gm)].map(
      ([, from, to]) => `${from} → ${to}`,
    );
    expect(drawn.sort()).toEqual(edges);
    expect(text).toContain(
      'subgraph "cluster_loop_2" {\n    label="loop, round 2";\n    "flour.2" [label="flour.2\\nmill", fillcolor=',
    );
    expect(text.split('{').length).toBe(text.split('}').length);
    expect(text.split('\n')[0]).toBe('digraph "daily-bread" {');
  });

  test('in JSON can be read back', () => {
    const graph = JSON.parse(drawGraph(pipeline, states, 'json')) as {
      nodes: { id: string; state?: string }[];
      edges: { from: string; to: string }[];
    };
    expect(graph.nodes.map(({ id }) => id)).toEqual(pipeline.stages.map(({ id }) => id));
    expect(graph.nodes[0]).toEqual({ id: 'harvest', stage: 'harvest', type: 'harvest', variant: {}, state: 'fresh' });
    expect(graph.edges.map(({ from, to }) => `${from} → ${to}`).sort()).toEqual(edges);
    expect(graph.edges[0]).toEqual({ from: 'harvest', output: 'crop', to: 'flour.1', slot: 'crop', artifact: 'crop' });
  });

  test('escapes what a format would take for its own', () => {
    const odd = { ...pipeline, stages: pipeline.stages.slice(0, 1).map((stage) => ({ ...stage, id: 'a"b\\c#<d>' })) };
    expect(drawGraph(odd, undefined, 'mermaid')).toContain('n0["a#34;b\\c#35;#60;d#62;"]');
    expect(drawGraph(odd, undefined, 'dot')).toContain('"a\\"b\\\\c#<d>" [label="a\\"b\\\\c#<d>"];');
  });

  test('without states has no colours of its own', () => {
    expect(drawGraph(pipeline, undefined, 'mermaid')).not.toMatch(/classDef|:::/);
    expect(drawGraph(pipeline, undefined, 'dot')).not.toMatch(/tooltip/);
  });
});
