import { readDocument } from '../../src/artifacts/documents.ts';
import type { ReportPart } from '../../src/report/part.ts';
import { distinctArtifacts, type Reporter } from '../../src/report/reporter.ts';

/** The best network for each of several sizes. */
const report: Reporter = ({ artifacts }) =>
  distinctArtifacts(artifacts).map((artifact): ReportPart => {
    const { networks, summary } = readDocument(artifact.folder()!, 'front');
    return {
      chapter: 'Choice by training',
      title: `Front of ${artifact.stage.label}`,
      text: [`${summary}. Validation loss at the last rung.`],
      content: {
        kind: 'chart',
        table: {
          columns: [
            { name: 'limit', title: 'At most' },
            { name: 'floor', title: 'At least' },
            { name: 'parameters', title: 'Parameters, layers only' },
            { name: 'loss', title: 'Validation loss', digits: 3 },
            { name: 'genes', title: 'Genes' },
          ],
          rows: networks.map(({ limit, floor, parameters, losses, genes }) => ({
            limit: limit ?? null,
            floor: floor ?? null,
            parameters: parameters.layers,
            loss: losses.at(-1) ?? null,
            genes,
          })),
        },
        x: { label: 'parameters, layers only', ticks: 'compact' },
        y: { label: 'validation loss, nats a token' },
        marks: [
          { type: 'line', x: 'parameters', y: 'loss' },
          { type: 'dot', x: 'parameters', y: 'loss' },
        ],
      },
      commands: [artifact.stage.command],
    };
  });

export default report;
