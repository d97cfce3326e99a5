import { readDocument } from '../../src/artifacts/documents.ts';
import { distinctArtifacts, type Reporter } from '../../src/report/reporter.ts';

/** Losses of models on whole splits, side by side: what small networks differ in before their BLEU does. */
const report: Reporter = ({ artifacts }) => {
  const distinct = distinctArtifacts(artifacts);
  if (distinct.length === 0) return [];
  const rows = distinct.flatMap((artifact) =>
    Object.entries(readDocument(artifact.folder()!, 'losses').splits).map(([split, figures]) => ({
      stage: artifact.stage.label,
      split,
      ...figures,
    })),
  );
  return [
    {
      chapter: 'Translations',
      title: 'Losses',
      text: [
        'Of a token, in nats, over all sentences of a split and without dropout: smoothed as in training, and −log p; perplexity is e to the power of that.',
      ],
      content: {
        kind: 'chart',
        table: {
          columns: [
            { name: 'stage', title: 'Model' },
            { name: 'split', title: 'Split' },
            { name: 'smoothed', title: 'Smoothed loss', digits: 3 },
            { name: 'likelihood', title: '−log p', digits: 3 },
            { name: 'perplexity', title: 'Perplexity', digits: 2 },
            { name: 'sentences', title: 'Sentences' },
            { name: 'tokens', title: 'Tokens' },
          ],
          rows,
        },
        x: { label: 'smoothed loss, nats a token' },
        y: { label: '', scale: 'band' },
        marks: [{ type: 'dot', x: 'smoothed', y: 'stage' }],
        colour: 'split',
      },
      commands: distinct.map(({ stage }) => stage.command),
    },
  ];
};

export default report;
