import { readDocument } from '../../src/artifacts/documents.ts';
import type { ReportPart } from '../../src/report/part.ts';
import { distinctArtifacts, type Reporter } from '../../src/report/reporter.ts';

const chapter = 'Latency';

/** How far predictors are off on networks that they were not fitted to, and what they go by. */
const report: Reporter = ({ artifacts }) => {
  const predictors = distinctArtifacts(artifacts).map((artifact) => ({
    ...artifact.stage,
    ...readDocument(artifact.folder()!, 'predictor'),
  }));
  if (predictors.length === 0) return [];
  return [
    {
      chapter,
      title: 'Errors of predictors',
      text: ['On networks that nothing was fitted to.'],
      content: {
        kind: 'table',
        table: {
          columns: [
            { name: 'stage', title: 'Predictor' },
            { name: 'kind', title: 'Kind' },
            { name: 'features', title: 'Features' },
            { name: 'train', title: 'Fitted to' },
            { name: 'test', title: 'Measured on' },
            { name: 'root', title: 'Root mean square, ms', digits: 2 },
            { name: 'percent', title: 'Mean, %', digits: 1 },
            { name: 'tau', title: 'Kendall’s τ', digits: 3 },
          ],
          rows: predictors.map(({ label, kind, features, rows: { train, test }, error }) => ({
            stage: label,
            kind,
            features: features.kept.length,
            train,
            test,
            root: error.root,
            percent: error.percent,
            tau: error.tau ?? null,
          })),
        },
      },
      commands: predictors.map(({ command }) => command),
    },
    ...predictors.map(({ label, command, importance }): ReportPart => ({
      chapter,
      title: `What ${label} goes by`,
      text: [
        'Of each feature, its own correlation with the latency, and by how much τ of the predictions falls when it is shuffled.',
      ],
      content: {
        kind: 'chart',
        table: {
          columns: [
            { name: 'feature', title: 'Feature' },
            { name: 'figure', title: 'Figure' },
            { name: 'value', title: 'τ', digits: 3 },
          ],
          rows: importance
            .toSorted((a, b) => b.permutation - a.permutation)
            .flatMap(({ feature, tau, permutation }) => [
              { feature, figure: 'shuffled: τ falls by', value: permutation },
              { feature, figure: '|τ| of the feature', value: tau },
            ]),
        },
        x: { label: 'τ', zero: true },
        y: { label: '', scale: 'band' },
        marks: [{ type: 'dot', x: 'value', y: 'feature' }],
        colour: 'figure',
      },
      commands: [command],
    })),
  ];
};

export default report;
