import type { Pipeline } from '../types.ts';
import { toDot } from './dot.ts';
import { toJson } from './json.ts';
import { toMermaid } from './mermaid.ts';
import { toGraph } from './model.ts';

export const GRAPH_FORMATS = ['mermaid', 'dot', 'json'] as const;
export type GraphFormat = (typeof GRAPH_FORMATS)[number];

/**
 * Draws a pipeline as text.
 * @param states State of each instance by id, a plan's verdict or a run's outcome; without it nothing is coloured.
 */
export function drawGraph(
  pipeline: Pipeline,
  states: ReadonlyMap<string, string> | undefined,
  format: GraphFormat,
): string {
  const graph = toGraph(pipeline, states);
  switch (format) {
    case 'mermaid':
      return toMermaid(graph);
    case 'dot':
      return toDot(graph);
    case 'json':
      return toJson(graph);
  }
}
