import { readDocument } from '../../src/artifacts/documents.ts';
import type { ReportPart } from '../../src/report/part.ts';
import { distinctArtifacts, type Reporter } from '../../src/report/reporter.ts';

const chapter = 'Ranking of networks';

/** How well cheap losses rank networks: each network, and correlations with their intervals. */
const report: Reporter = ({ artifacts }) => {
  const documents = distinctArtifacts(artifacts).map((artifact) => ({
    ...artifact.stage,
    ...readDocument(artifact.folder()!, 'ranking-quality'),
  }));
  if (documents.length === 0) return [];
  const commands = documents.map(({ command }) => command);
  return [correlations(documents, commands), ...documents.map((document) => scatter(document))];
};

export default report;

type Quality = ReturnType<typeof readDocument<'ranking-quality'>> & { label: string; command: string };

function correlations(documents: readonly Quality[], commands: string[]): ReportPart {
  const names = { overall: 'all pairs', withinWidth: 'same decoder width', withinSize: 'same bin of size' } as const;
  const rows = documents.flatMap(({ label, tau, recall, half, networks }) =>
    (Object.keys(names) as (keyof typeof names)[]).flatMap((pairs) => {
      const correlation = tau[pairs];
      return correlation === undefined
        ? []
        : [
            {
              what: documents.length > 1 ? `${label}, ${names[pairs]}` : names[pairs],
              stage: label,
              tau: correlation.value,
              low: correlation.low,
              high: correlation.high,
              ceiling: tau.ceiling ?? null,
              recall: `${recall.found} of ${recall.of}`,
              networks: `${networks} (${half})`,
            },
          ];
    }),
  );
  return {
    chapter,
    title: 'Kendall’s τ of the ranking',
    text: [
      'With the ranking by final loss of networks that were each trained by themselves, with 95 % intervals; 0 is chance. The ceiling is what another seed of the same trainings reaches.',
    ],
    content: {
      kind: 'chart',
      table: {
        columns: [
          { name: 'what', title: 'Pairs' },
          { name: 'stage', title: 'Stage' },
          { name: 'tau', title: 'τ', digits: 3 },
          { name: 'low', title: 'Low', digits: 3 },
          { name: 'high', title: 'High', digits: 3 },
          { name: 'ceiling', title: 'Ceiling', digits: 3 },
          { name: 'recall', title: 'Of the best tenth found' },
          { name: 'networks', title: 'Networks' },
        ],
        rows,
      },
      x: { label: 'τ', zero: true },
      y: { label: '', scale: 'band' },
      marks: [
        { type: 'rule', across: 'x', at: 0 },
        { type: 'interval', across: 'x', at: 'what', low: 'low', high: 'high' },
        { type: 'dot', x: 'tau', y: 'what' },
      ],
      colour: 'stage',
    },
    commands,
  };
}

function scatter({ label, command, scatter: networks, predictor, summary }: Quality): ReportPart {
  return {
    chapter,
    title: `Networks of ${label}`,
    text: [summary],
    content: {
      kind: 'chart',
      table: {
        columns: [
          { name: 'width', title: 'Decoder width' },
          { name: 'predicted', title: 'Loss that ranks', digits: 3 },
          { name: 'final', title: 'Final loss', digits: 3 },
          { name: 'parameters', title: 'Parameters, layers only' },
          { name: 'name', title: 'Name' },
          { name: 'genes', title: 'Genes' },
        ],
        rows: networks.map(({ width, predicted, final, parameters, name, genes }) => ({
          width: String(width),
          predicted,
          final,
          parameters,
          name: name ?? null,
          genes,
        })),
      },
      x: { label: predictor.kind === 'supernet' ? 'loss with inherited weights' : 'loss after few updates' },
      y: { label: 'loss after training from scratch' },
      marks: [{ type: 'dot', x: 'predicted', y: 'final' }],
      colour: 'width',
    },
    commands: [command],
  };
}
