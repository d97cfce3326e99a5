import type { GraphBuilder, Value } from '../format/graph.ts';
import type { GraphMixing } from './mixing.ts';
import type { GraphPlace } from './place.ts';

/** `[rows, time, d]` as heads, `[rows, heads, time, d / heads]`. */
export function inHeads(graph: GraphBuilder, x: Value, heads: number, size: number): Value {
  return graph.transpose(graph.reshape(x, 0, 0, heads, size), 0, 2, 1, 3);
}

/** Channels of a head, by the map that makes queries. */
export function headSize(place: GraphPlace, heads: number): number {
  return place.parameter('query.weight').shape[0] / heads;
}

/**
 * softmax(QKᵀ/√size + mask) V, all of them `[rows, heads, time, size]`; what it gives has the time of the queries.
 * @param mask `[rows, 1, 1, sources]`
 */
export function attend(
  graph: GraphBuilder,
  query: Value,
  { keys, values }: { keys: Value; values: Value },
  size: number,
  mask?: Value,
): Value {
  const scaled = graph.mul(query, graph.scalar(1 / Math.sqrt(size)));
  const scores = graph.matMul(scaled, graph.transpose(keys, 0, 1, 3, 2));
  return graph.matMul(graph.softmax(mask === undefined ? scores : graph.add(scores, mask)), values);
}

/** `[rows, heads, time, size]` as `[rows, time, heads · size]`. */
export function outOfHeads(graph: GraphBuilder, x: Value, width: number): Value {
  return graph.reshape(graph.transpose(x, 0, 2, 1, 3), 0, 0, width);
}

/** Multi-head self-attention. */
export const attention: GraphMixing = {
  mix({ place, heads }, x, { mask }) {
    const { graph } = place;
    const size = headSize(place, heads);
    const [query, keys, values] = ['query', 'key', 'value'].map((name) =>
      inHeads(graph, place.linear(name, x), heads, size),
    );
    const mixed = attend(graph, query, { keys, values }, size, mask);
    return place.linear('out', outOfHeads(graph, mixed, heads * size));
  },

  caches({ place, heads }) {
    const extents = [heads, 'steps', headSize(place, heads)];
    return { keys: extents, values: extents };
  },

  step({ place, heads }, x, past) {
    const { graph } = place;
    const size = headSize(place, heads);
    const [query, key, value] = ['query', 'key', 'value'].map((name) =>
      inHeads(graph, place.linear(name, x), heads, size),
    );
    const present = {
      keys: graph.concat([past.keys, key], 2),
      values: graph.concat([past.values, value], 2),
    };
    const mixed = attend(graph, query, present, size);
    return { y: place.linear('out', outOfHeads(graph, mixed, heads * size)), present };
  },
};
