import type { Architecture, DecoderLayer, EncoderLayer } from '../model/architecture.ts';
import type { Diagram, DataTable } from '../report/part.ts';

export interface ShownNetwork {
  /** Different for each of a drawing. */
  name: string;
  /** Beneath it, in small print. */
  summary: string;
  architecture: Architecture;
}

/**
 * Networks side by side: encoder and decoder of each with the first layer at the bottom, boxes as wide as layers are, and
 * from encoder layers arrows to the cross-attention that sees them.
 */
export function drawNetworks(networks: readonly ShownNetwork[]): Diagram {
  const widest = Math.max(
    ...networks.flatMap(({ architecture: { encoder, decoder } }) => [encoder.width, decoder.width]),
  );
  const deepest = Math.max(
    ...networks.flatMap(({ architecture: { encoder, decoder } }) => [encoder.layers.length, decoder.layers.length]),
  );
  const nodes: Diagram['nodes'][number][] = [];
  const edges: Diagram['edges'][number][] = [];
  networks.forEach(({ name, summary, architecture }, i) => {
    const columns = { encoder: 2 * i, decoder: 2 * i + 1 };
    nodes.push({
      id: name,
      column: columns.encoder,
      row: 0,
      lines: [name, summary],
      hint: `${name}\n${summary}`,
      heading: true,
    });
    for (const part of ['encoder', 'decoder'] as const) {
      const { width, layers } = architecture[part];
      nodes.push({
        id: `${name} ${part}`,
        column: columns[part],
        row: deepest + 1,
        lines: [part, `width ${width}`],
        hint: `${name}: ${part} of width ${width}`,
        heading: true,
      });
      layers.forEach((layer, k) => {
        const id = `${name} ${part} ${k}`;
        nodes.push({
          id,
          column: columns[part],
          row: deepest - k,
          lines: [layer.operator, detailsOf(layer)],
          hint: `${name}: ${part} ${k + 1}, width ${width}\n${describeLayer(layer)}`,
          tone: layer.operator,
          width: width / widest,
        });
        if (k > 0) edges.push({ from: `${name} ${part} ${k - 1}`, to: id });
      });
    }
    architecture.decoder.layers.forEach((layer, k) => {
      const { length } = architecture.encoder.layers;
      for (let seen = length - layer.span; seen < length; seen++)
        edges.push({ from: `${name} encoder ${seen}`, to: `${name} decoder ${k}`, across: true });
    });
  });
  return { kind: 'diagram', table: layerTable(networks), nodes, edges };
}

function isDecoderLayer(layer: EncoderLayer): layer is DecoderLayer {
  return 'span' in layer;
}

function detailsOf(layer: EncoderLayer): string {
  const cross = isDecoderLayer(layer) ? ` · span ${layer.span}` : '';
  return `${layer.heads} h · ${layer.inner} ${layer.activation}${cross}`;
}

function describeLayer(layer: EncoderLayer): string {
  const { operator, heads, inner, activation } = layer;
  return [
    `${operator}, ${heads} heads`,
    `feed-forward network of ${inner}, ${activation}`,
    ...(isDecoderLayer(layer)
      ? [`cross-attention of ${layer.crossHeads} heads, to the last ${layer.span} encoder layers`]
      : []),
  ].join('\n');
}

function layerTable(networks: readonly ShownNetwork[]): DataTable {
  return {
    columns: [
      { name: 'network', title: 'Network' },
      { name: 'part', title: 'Part' },
      { name: 'layer', title: 'Layer' },
      { name: 'width', title: 'Width' },
      { name: 'operator', title: 'Operator' },
      { name: 'heads', title: 'Heads' },
      { name: 'inner', title: 'Inner' },
      { name: 'activation', title: 'Activation' },
      { name: 'crossHeads', title: 'Cross heads' },
      { name: 'span', title: 'Span' },
    ],
    rows: networks.flatMap(({ name: network, architecture }) =>
      (['encoder', 'decoder'] as const).flatMap((part) =>
        architecture[part].layers.map((layer: EncoderLayer, i) => ({
          network,
          part,
          layer: i + 1,
          width: architecture[part].width,
          operator: layer.operator,
          heads: layer.heads,
          inner: layer.inner,
          activation: layer.activation,
          crossHeads: isDecoderLayer(layer) ? layer.crossHeads : null,
          span: isDecoderLayer(layer) ? layer.span : null,
        })),
      ),
    ),
  };
}
