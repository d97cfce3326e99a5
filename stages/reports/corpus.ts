import { readDocument } from '../../src/artifacts/documents.ts';
import { distinctArtifacts, type Reporter } from '../../src/report/reporter.ts';

/** What there was to train on and to test with. */
const report: Reporter = ({ artifacts }) => {
  const distinct = distinctArtifacts(artifacts);
  if (distinct.length === 0) return [];
  const rows = distinct.flatMap((artifact) => {
    const { languages, splits, dictionary, lowercase } = readDocument(artifact.folder()!, 'corpus');
    return Object.entries(splits).map(([split, { pairs, tokens }]) => ({
      stage: artifact.stage.label,
      languages: `${languages.source} → ${languages.target}${lowercase ? ', lowercased' : ''}`,
      split,
      pairs,
      source: tokens.source,
      target: tokens.target,
      sourceTypes: dictionary.source,
      targetTypes: dictionary.target,
    }));
  });
  return [
    {
      chapter: 'Corpus',
      title: 'Splits',
      content: {
        kind: 'table',
        table: {
          columns: [
            { name: 'stage', title: 'Stage' },
            { name: 'languages', title: 'Languages' },
            { name: 'split', title: 'Split' },
            { name: 'pairs', title: 'Pairs' },
            { name: 'source', title: 'Source tokens' },
            { name: 'target', title: 'Target tokens' },
            { name: 'sourceTypes', title: 'Source dictionary' },
            { name: 'targetTypes', title: 'Target dictionary' },
          ],
          rows,
        },
      },
      commands: distinct.map(({ stage }) => stage.command),
    },
  ];
};

export default report;
