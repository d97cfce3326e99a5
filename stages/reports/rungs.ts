import { readDocument } from '../../src/artifacts/documents.ts';
import type { ReportPart, DataTable } from '../../src/report/part.ts';
import { distinctArtifacts, type Reporter } from '../../src/report/reporter.ts';

const chapter = 'Choice by training';

/** What each candidate came to rung by rung, and how many went on. */
const report: Reporter = ({ artifacts }) =>
  distinctArtifacts(artifacts).flatMap((artifact): ReportPart[] => {
    const { rungs, candidates, summary } = readDocument(artifact.folder()!, 'rungs');
    const { label, command } = artifact.stage;
    const table: DataTable = {
      columns: [
        { name: 'candidate', title: 'Candidate' },
        { name: 'fate', title: 'Fate' },
        { name: 'updates', title: 'Updates' },
        { name: 'loss', title: 'Validation loss', digits: 3 },
        { name: 'parameters', title: 'Parameters, layers only' },
        { name: 'total', title: 'Parameters in all' },
        { name: 'operations', title: 'Multiply-adds' },
        { name: 'origin', title: 'Origin' },
        { name: 'genes', title: 'Genes' },
      ],
      rows: [...candidates.entries()]
        .toSorted(([, a], [, b]) => (b.left ?? Infinity) - (a.left ?? Infinity))
        .flatMap(([i, { genes, origin, parameters, total, operations, losses, left }]) =>
          losses.map((loss, rung) => ({
            candidate: i + 1,
            fate: left === undefined ? 'chosen' : `left after rung ${left}`,
            updates: rungs[rung].updates,
            loss,
            parameters,
            total,
            operations,
            origin: origin.place === undefined ? origin.from : `${origin.from} ${origin.place}`,
            genes,
          })),
        ),
    };
    return [
      {
        chapter,
        title: `Rungs of ${label}`,
        text: [`${summary}. Each dot is a candidate trained from scratch so far; those with the least loss went on.`],
        content: {
          kind: 'chart',
          table,
          x: { label: 'updates' },
          y: { label: 'validation loss, nats a token' },
          marks: [
            { type: 'line', x: 'updates', y: 'loss', group: 'candidate' },
            { type: 'dot', x: 'updates', y: 'loss' },
          ],
          colour: 'fate',
        },
        commands: [command],
      },
    ];
  });

export default report;
