import { special } from '../../model/architecture.ts';
import { firstTokenPosition } from '../../model/embedding.ts';
import { masked } from '../../tensor/ops/attention.ts';
import type { GraphBuilder, Value } from '../format/graph.ts';
import { headSize, inHeads } from './attention.ts';
import { graphMixingOf } from './mixing.ts';
import { type ExportedNetwork, cachesOf, names } from './network.ts';
import { GraphPlace } from './place.ts';
import { embedded, feedForward, mixingPlaceOf, residual } from './stack.ts';

/**
 * The encoder: from `source [sentences, length]` ids, padded on either side, to all that the decoder reads besides ids:
 * the mask, keys and values of its attention to the source, and caches as they are before the first step.
 */
export function addEncoder(graph: GraphBuilder, { config, architecture, weights, matrices }: ExportedNetwork): void {
  const source = graph.input('source', 'int32', ['sentences', 'length']);
  const network = new GraphPlace(graph, weights, matrices);
  const { width, layers } = architecture.encoder;
  const isToken = graph.node('Not', [graph.node('Equal', [source, graph.int32(special.padding)])]);
  const keep = graph.node('Unsqueeze', [graph.cast(isToken, 'float32'), graph.ints(2)]);
  const mask = maskOf(graph, keep);

  const count = graph.node('CumSum', [graph.cast(isToken, 'int32'), graph.ints(1)]);
  const positions = graph.add(count, graph.int32(firstTokenPosition - 1));
  const start = embedded(network.below('encoder'), config, width, source, positions);
  // Padding has no position; what stands there is not seen, but must be what it is in any other company.
  let x = graph.add(start.tokens, graph.mul(start.positions, keep));
  const outputs: Value[] = [];
  layers.forEach((layer, i) => {
    const place = network.below(`encoder.layers.${i}`);
    x = residual(place, config, 'mixing-norm', x, (y) =>
      graphMixingOf(layer.operator).mix(mixingPlaceOf(place, config, layer, i), y, { mask, keep }),
    );
    x = residual(place, config, 'feed-forward-norm', x, (y) => feedForward(place, layer.activation, y));
    outputs.unshift(x);
  });
  if (config.norm === 'pre') outputs[0] = network.norm('encoder.norm', outputs[0]);

  graph.output(names.mask, mask, 'float32', ['sentences', 1, 1, 'length']);
  architecture.decoder.layers.forEach(({ crossHeads, span }, i) => {
    const cross = network.below(`decoder.layers.${i}.cross`);
    const size = headSize(cross, crossHeads);
    const seen = graph.concat(outputs.slice(0, span), 1);
    const dimensions = ['sentences', crossHeads, span === 1 ? 'length' : `${span} · length`, size];
    for (const [name, map] of Object.entries({ keys: 'key', values: 'value' }))
      graph.output(
        names.memory(i, name),
        inHeads(graph, cross.linear(map, seen), crossHeads, size),
        'float32',
        dimensions,
      );
  });
  const sentences = graph.extent(source, 0);
  for (const { past, extents } of cachesOf(network, { config, architecture })) {
    const start = extents.map((extent) => (typeof extent === 'number' ? extent : 0));
    const none = graph.node('ConstantOfShape', [graph.concat([sentences, graph.ints(...start)], 0)]);
    graph.output(past, none, 'float32', ['sentences', ...start]);
  }
}

function maskOf(graph: GraphBuilder, keep: Value): Value {
  const atPadding = graph.node('Sub', [graph.scalar(1), keep]);
  return graph.node('Unsqueeze', [graph.transpose(graph.mul(atPadding, graph.scalar(masked)), 0, 2, 1), graph.ints(1)]);
}
