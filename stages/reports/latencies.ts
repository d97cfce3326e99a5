import { readDocument } from '../../src/artifacts/documents.ts';
import { architectureOf, parseGenes } from '../../src/nas/space.ts';
import type { ReportPart } from '../../src/report/part.ts';
import { distinctArtifacts, type Reporter } from '../../src/report/reporter.ts';

/** What networks of a space take, beside what decides most of it: the layers that translate word by word. */
const report: Reporter = ({ artifacts }) =>
  distinctArtifacts(artifacts).map((artifact): ReportPart => {
    const { networks, space, summary } = readDocument(artifact.folder()!, 'latencies');
    const rows = networks.map(({ genes, mean, deviation, attempts }) => {
      const { encoder, decoder } = architectureOf(space, parseGenes(space, genes));
      return {
        layers: decoder.layers.length,
        width: String(decoder.width),
        encoder: encoder.width,
        mean,
        deviation,
        low: mean - deviation,
        high: mean + deviation,
        attempts,
        genes,
      };
    });
    return {
      chapter: 'Latency',
      title: `Measured latencies of ${artifact.stage.label}`,
      text: [`${summary}. Bars are a standard deviation of repeated measurements to each side.`],
      content: {
        kind: 'chart',
        table: {
          columns: [
            { name: 'layers', title: 'Decoder layers' },
            { name: 'width', title: 'Decoder width' },
            { name: 'encoder', title: 'Encoder width' },
            { name: 'mean', title: 'Mean, ms', digits: 2 },
            { name: 'deviation', title: 'Deviation, ms', digits: 2 },
            { name: 'low', title: 'Low, ms', digits: 2 },
            { name: 'high', title: 'High, ms', digits: 2 },
            { name: 'attempts', title: 'Measured' },
            { name: 'genes', title: 'Genes' },
          ],
          rows: rows.toSorted((a, b) => a.layers - b.layers || Number(a.width) - Number(b.width)),
        },
        x: { label: 'decoder layers', scale: 'band' },
        y: { label: 'ms a translation', zero: true },
        marks: [
          { type: 'interval', across: 'y', at: 'layers', low: 'low', high: 'high' },
          { type: 'dot', x: 'layers', y: 'mean' },
        ],
        colour: 'width',
      },
      commands: [artifact.stage.command],
    };
  });

export default report;
