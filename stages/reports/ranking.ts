import { readDocument } from '../../src/artifacts/documents.ts';
import type { ReportPart } from '../../src/report/part.ts';
import { distinctArtifacts, type Reporter } from '../../src/report/reporter.ts';

const chapter = 'Search';

/** Candidates of searches: scores by rank, sizes beside scores. */
const report: Reporter = ({ artifacts }) => {
  const distinct = distinctArtifacts(artifacts);
  const rows = distinct.flatMap((artifact) => {
    const { candidates } = readDocument(artifact.folder()!, 'ranking');
    return candidates.map(({ genes, score, parameters, total, operations, latency, predictedLatency }, i) => ({
      stage: artifact.stage.label,
      rank: i + 1,
      genes,
      score,
      parameters,
      total,
      operations,
      latency: latency ?? null,
      predictedLatency: predictedLatency ?? null,
    }));
  });
  if (rows.length === 0) return [];
  const table = {
    columns: [
      { name: 'stage', title: 'Stage' },
      { name: 'rank', title: 'Rank' },
      { name: 'score', title: 'Score', digits: 4 },
      { name: 'parameters', title: 'Parameters, layers only' },
      { name: 'total', title: 'Parameters in all' },
      { name: 'operations', title: 'Multiply-adds' },
      { name: 'latency', title: 'Latency, ms', digits: 1 },
      { name: 'predictedLatency', title: 'Predicted latency, ms', digits: 1 },
      { name: 'genes', title: 'Genes' },
    ].filter(({ name }) => rows.some((row) => row[name as keyof typeof row] !== null)),
    rows,
  };
  const commands = distinct.map(({ stage }) => stage.command);
  const shown: ReportPart[] = [
    {
      chapter,
      title: 'Scores by rank',
      text: [
        'Validation loss with inherited weights, and penalties, of the candidates that a search kept; less is better.',
      ],
      content: {
        kind: 'chart',
        table,
        x: { label: 'rank' },
        y: { label: 'score' },
        marks: [{ type: 'dot', x: 'rank', y: 'score' }],
        colour: 'stage',
      },
      commands,
    },
    {
      chapter,
      title: 'Sizes of candidates',
      text: ['Parameters of the layers beside the score: whether a search prefers a size.'],
      content: {
        kind: 'chart',
        table,
        x: { label: 'parameters, layers only', ticks: 'compact' },
        y: { label: 'score' },
        marks: [{ type: 'dot', x: 'parameters', y: 'score' }],
        colour: 'stage',
      },
      commands,
    },
  ];
  return shown;
};

export default report;
