import { firstTokenPosition } from '../../model/embedding.ts';
import type { DecoderLayer } from '../../model/architecture.ts';
import type { GraphBuilder, Value } from '../format/graph.ts';
import { attend, headSize } from './attention.ts';
import { graphMixingOf } from './mixing.ts';
import { cachesOf, type ExportedNetwork, names } from './network.ts';
import { GraphPlace } from './place.ts';
import { embedded, feedForward, mixingPlaceOf, residual } from './stack.ts';

/**
 * One step of the decoder: reads `ids [rows]` as step `step []` (from 0), row i of which goes on from row `parents[i]` of
 * the caches, and gives `logits [rows, types]` and the caches after it. Rows are the hypotheses of one sentence after
 * the other, equally many for each sentence of mask and memories, which they share.
 */
export function addDecoder(graph: GraphBuilder, { config, architecture, weights, matrices }: ExportedNetwork): void {
  const network = new GraphPlace(graph, weights, matrices);
  const { width, layers } = architecture.decoder;
  const ids = graph.input('ids', 'int32', ['rows']);
  const step = graph.input('step', 'int32', []);
  const parents = graph.input('parents', 'int32', ['rows']);
  const mask = graph.input(names.mask, 'float32', ['sentences', 1, 1, 'length']);
  const memories = layers.map(({ crossHeads, span }, i) => {
    const size = headSize(network.below(`decoder.layers.${i}.cross`), crossHeads);
    const dimensions = ['sentences', crossHeads, span === 1 ? 'length' : `${span} · length`, size];
    const [keys, values] = ['keys', 'values'].map((name) => graph.input(names.memory(i, name), 'float32', dimensions));
    return { keys, values };
  });
  const caches = cachesOf(network, { config, architecture });
  for (const { past, extents } of caches) graph.input(past, 'float32', ['kept', ...extents]);

  const start = embedded(
    network.below('decoder'),
    config,
    width,
    graph.node('Unsqueeze', [ids, graph.ints(1)]),
    graph.add(step, graph.int32(firstTokenPosition)),
  );
  let x = graph.add(start.tokens, start.positions);
  layers.forEach((layer, i) => {
    const place = network.below(`decoder.layers.${i}`);
    const own = caches.filter((cache) => cache.layer === i);
    const kept = Object.fromEntries(own.map(({ name, past }) => [name, graph.rows(past, parents)]));
    x = residual(place, config, 'mixing-norm', x, (y) => {
      const next = graphMixingOf(layer.operator).step(mixingPlaceOf(place, config, layer, i), y, kept);
      for (const { name, present, extents } of own)
        graph.output(present, next.present[name], 'float32', ['rows', ...extents.map(afterStep)]);
      return next.y;
    });
    x = residual(place, config, 'cross-norm', x, (y) =>
      lookAtSource(place.below('cross'), layer, y, memories[i], mask),
    );
    x = residual(place, config, 'feed-forward-norm', x, (y) => feedForward(place, layer.activation, y));
  });
  if (config.norm === 'pre') x = network.norm('decoder.norm', x);
  const logits = network.product('output.weight', graph.reshape(x, -1, width));
  graph.output('logits', logits, 'float32', ['rows', config.targetTypes]);
}

function afterStep(extent: number | string): number | string {
  return typeof extent === 'number' ? extent : `${extent} + 1`;
}

/** Steps do not see each other here, so one step of several hypotheses is attended like several steps of one. */
function lookAtSource(
  place: GraphPlace,
  { crossHeads, span }: DecoderLayer,
  x: Value,
  memory: { keys: Value; values: Value },
  mask: Value,
): Value {
  const { graph } = place;
  const size = headSize(place, crossHeads);
  const sentences = graph.extent(memory.keys, 0);
  const rows = graph.reshapeTo(place.linear('query', x), [sentences, graph.ints(-1, crossHeads, size)]);
  const query = graph.transpose(rows, 0, 2, 1, 3);
  const masks = graph.concat(Array<Value>(span).fill(mask), 3);
  const seen = graph.transpose(attend(graph, query, memory, size, masks), 0, 2, 1, 3);
  return place.linear('out', graph.reshape(seen, -1, 1, crossHeads * size));
}
