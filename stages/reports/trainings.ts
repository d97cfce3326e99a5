import { readDocument } from '../../src/artifacts/documents.ts';
import { architectureOf, parseGenes } from '../../src/nas/space.ts';
import type { ReportPart } from '../../src/report/part.ts';
import { distinctArtifacts, type Reporter } from '../../src/report/reporter.ts';

const chapter = 'Networks trained by themselves';

/** What networks of one space come to when each is trained from scratch: by size, and update by update. */
const report: Reporter = ({ artifacts }) =>
  distinctArtifacts(artifacts).flatMap((artifact): ReportPart[] => {
    const { space, rows, summary } = readDocument(artifact.folder()!, 'trainings');
    const { label, command } = artifact.stage;
    const networks = rows
      .map((row) => ({ ...row, width: architectureOf(space, parseGenes(space, row.genes)).decoder.width }))
      .toSorted((a, b) => a.width - b.width);
    return [
      {
        chapter,
        title: `Final losses of ${label}`,
        text: [`${summary}. Validation loss of the mean of the last epochs' weights.`],
        content: {
          kind: 'chart',
          table: {
            columns: [
              { name: 'width', title: 'Decoder width' },
              { name: 'name', title: 'Name' },
              { name: 'seed', title: 'Seed' },
              { name: 'parameters', title: 'Parameters, layers only' },
              { name: 'operations', title: 'Multiply-adds' },
              { name: 'final', title: 'Final loss', digits: 3 },
              { name: 'bleu', title: 'BLEU', digits: 2 },
              { name: 'seconds', title: 'Seconds', digits: 1 },
              { name: 'genes', title: 'Genes' },
            ],
            rows: networks.map(({ width, name, seed, parameters, operations, final, bleu, seconds, genes }) => ({
              width: String(width),
              name: name ?? null,
              seed,
              parameters: parameters.layers,
              operations,
              final,
              bleu: bleu ?? null,
              seconds,
              genes,
            })),
          },
          x: { label: 'parameters, layers only', ticks: 'compact' },
          y: { label: 'validation loss, nats a token' },
          marks: [{ type: 'dot', x: 'parameters', y: 'final' }],
          colour: 'width',
        },
        commands: [command],
      },
      {
        chapter,
        title: `Curves of ${label}`,
        text: ['Validation loss of each network by update.'],
        content: {
          kind: 'chart',
          table: {
            columns: [
              { name: 'width', title: 'Decoder width' },
              { name: 'training', title: 'Network and seed' },
              { name: 'update', title: 'Update' },
              { name: 'loss', title: 'Validation loss', digits: 3 },
            ],
            rows: networks.flatMap(({ width, name, genes, seed, curve }) =>
              curve.map(([update, loss]) => ({
                width: String(width),
                training: `${name ?? genes}, ${seed}`,
                update,
                loss,
              })),
            ),
          },
          x: { label: 'update', ticks: 'compact' },
          y: { label: 'validation loss, nats a token' },
          marks: [{ type: 'line', x: 'update', y: 'loss', group: 'training' }],
          colour: 'width',
        },
        commands: [command],
      },
    ];
  });

export default report;
